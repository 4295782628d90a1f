package dev.dovetail.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.TestBench;
import dev.dovetail.testkit.plugin.SourceJar;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executor in the authors' guide is one: compiled as it stands there, it runs what the two programs beside it run. */
@Needs(Need.PERL)
final class AuthorsPageTest {
    private static final String CLASS = "org.example.perl.PerlExecutorProvider";
    private static final Pattern BLOCK = Pattern.compile("```java\n(package org.example.perl;.*?)```", Pattern.DOTALL);

    /** Says hello, is ready for whatever comes, and answers each call with its input. */
    private static final String WORKER = """
            use IO::Socket::UNIX;
            my $link = IO::Socket::UNIX->new(delete $ENV{DOVETAIL_SOCKET}) or die;
            sub out { my ($kind, $header, $payload) = @_;
                syswrite $link, pack('NCN', 5 + length($header) + length($payload), $kind, length $header) . $header . $payload }
            sub in { my ($count) = @_; my $all = '';
                while (length $all < $count) { sysread($link, $all, $count - length $all, length $all) or exit }
                return $all }
            out(1, qq({"protocol":[1],"token":"$ENV{DOVETAIL_TOKEN}"}), '');
            while (1) {
                my ($length, $kind, $header) = unpack 'NCN', in(9);
                my $rest = in($length - 5);
                my ($call) = substr($rest, 0, $header) =~ /"call":"([^"]+)"/;
                out(3, '', '') if $kind == 2;
                out(5, qq({"call":"$call"}), substr($rest, $header)) if $kind == 4;
                exit if $kind == 14;
            }
            """;

    @Test
    void itsExecutorRunsWhatItsProgramsRun(@TempDir Path folder) throws Exception {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("../../docs/authors.md")));
        assertTrue(block.find(), "no executor in the guide");
        Path jar = SourceJar.of("executor-perl", "1.0.0")
                .provider(CLASS, block.group(1))
                .entry("org/example/perl/worker.pl", WORKER.getBytes(StandardCharsets.UTF_8))
                .entry("org/example/perl/check.pl", "1;\n".getBytes(StandardCharsets.UTF_8))
                .in(folder);
        try (URLClassLoader loader = new URLClassLoader(
                        new URL[] {jar.toUri().toURL()}, getClass().getClassLoader());
                TestBench bench = TestBench.open(
                        (ExecutorProvider)
                                loader.loadClass(CLASS).getConstructor().newInstance(),
                        Map.of("isolation-at-most", "process"))) {
            var launch = bench.launch("main.pl", "sub handler { return $_[0] }");
            assertEquals(List.of(), bench.executor().inspect(launch));
            try (Instance instance = bench.executor().start(launch)) {
                assertEquals("{\"a\":1}", TestBench.call(instance, "{\"a\":1}"));
            }
            assertEquals(
                    "HANDLER_NOT_FOUND",
                    bench.executor()
                            .inspect(bench.launch("other.pl", ""))
                            .getFirst()
                            .code());
        }
    }
}
