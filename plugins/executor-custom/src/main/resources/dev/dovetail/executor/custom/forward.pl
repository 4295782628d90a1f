# Listens on a TCP port and passes what comes on to a Unix socket, byte by byte in both directions; and becomes a program.
# For programs that speak TCP only, where nobody outside can listen on their own network.
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket qw(SOCK_STREAM SOMAXCONN);

my ($path, $address, @program) = @ARGV;
my ($host, $port) = split /:/, $address;
my $server = IO::Socket::INET->new(
    LocalAddr => $host, LocalPort => $port, Proto => 'tcp', ReuseAddr => 1, Listen => SOMAXCONN)
    or die "cannot listen on $address: $@\n";

my $child = fork() // die "cannot fork: $!\n";
if ($child) {
    close $server;
    exec { $program[0] } @program or die "cannot start $program[0]: $!\n";
}

open STDOUT, '>', '/dev/null';
open STDERR, '>', '/dev/null';
$SIG{PIPE} = 'IGNORE';


my %other;     # the other end of each connection, by descriptor
my %handle;    # connections by descriptor
my %pending;   # what an end has still to be sent, by descriptor
my %ended;     # ends that will send nothing more, by descriptor

sub drop {
    my ($end) = @_;
    for my $each ($end, $other{$end}) {
        next unless defined $each && $handle{$each};
        close $handle{$each};
        delete $handle{$each};
        delete $pending{$each};
        delete $ended{$each};
    }
    my $mate = delete $other{$end};
    delete $other{$mate} if defined $mate;
}

while (1) {
    my ($read, $write) = ('', '');
    vec($read, fileno $server, 1) = 1;
    for my $end (keys %handle) {
        vec($read, $end, 1) = 1 if !$ended{$end} && length $pending{$other{$end}} < 1 << 20;
        vec($write, $end, 1) = 1 if length $pending{$end};
    }
    select($read, $write, undef, undef) > 0 or next;
    if (vec($read, fileno $server, 1)) {
        my $client = $server->accept;
        my $api = $client && IO::Socket::UNIX->new(Type => SOCK_STREAM(), Peer => $path);
        if ($api) {
            my ($one, $two) = (fileno $client, fileno $api);
            $client->blocking(0);
            $api->blocking(0);
            @handle{$one, $two} = ($client, $api);
            @other{$one, $two} = ($two, $one);
            @pending{$one, $two} = ('', '');
        } elsif ($client) {
            close $client;
        }
    }
    for my $end (keys %handle) {
        next unless $handle{$end};
        if (vec($read, $end, 1)) {
            my $got = sysread $handle{$end}, my $piece, 1 << 16;
            if ($got) {
                $pending{$other{$end}} .= $piece;
            } elsif (defined $got) {
                $ended{$end} = 1;
            } elsif (!$!{EAGAIN} && !$!{EINTR}) {
                drop($end);
                next;
            }
        }
        if (vec($write, $end, 1) && length $pending{$end}) {
            my $sent = syswrite $handle{$end}, $pending{$end};
            if ($sent) {
                substr($pending{$end}, 0, $sent, '');
            } elsif (!$!{EAGAIN} && !$!{EINTR}) {
                drop($end);
                next;
            }
        }
        my $mate = $other{$end};
        if ($ended{$end} && !length $pending{$mate}) {
            if ($ended{$mate}) {
                drop($end);
            } else {
                shutdown $handle{$mate}, 1;
            }
        }
    }
}
