package dev.dovetail.kernel.host;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides which addresses outgoing requests may go to: public ones, and what the operator lists. Loopback, link-local,
 * private and shared ranges, multicast and the like are refused, in IPv4, IPv6 and IPv4 inside IPv6.
 */
final class Guard {
    /** Ranges that are not the public internet: RFC 6890 and its updates. */
    private static final List<Network> CLOSED = List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/128",
                    "::1/128",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "fc00::/7",
                    "fe80::/10",
                    "ff00::/8")
            .stream()
            .map(Network::of)
            .toList();

    private final List<String> names;
    private final List<Network> networks;

    private Guard(List<String> names, List<Network> networks) {
        this.names = names;
        this.networks = networks;
    }

    static Guard of(List<String> allowed) {
        List<String> names = new ArrayList<>();
        List<Network> networks = new ArrayList<>();
        for (String each : allowed) {
            if (each.matches("[0-9.]+(/[0-9]+)?") || each.contains(":")) {
                networks.add(Network.of(each));
            } else {
                names.add(each.toLowerCase(Locale.ROOT));
            }
        }
        return new Guard(List.copyOf(names), List.copyOf(networks));
    }

    boolean admits(String host, InetAddress address) {
        InetAddress plain = unwrapped(address);
        return names.contains(host.toLowerCase(Locale.ROOT))
                || networks.stream().anyMatch(each -> each.has(plain))
                || CLOSED.stream().noneMatch(each -> each.has(plain));
    }

    /** The IPv4 address that is inside an IPv6 one (mapped, compatible, NAT64). */
    private static InetAddress unwrapped(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        boolean nat64 = bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xff) == 0xff && (bytes[3] & 0xff) == 0x9b;
        boolean zeros = true;
        for (int i = nat64 ? 4 : 0; i < (nat64 ? 12 : 10); i++) {
            zeros &= bytes[i] == 0;
        }
        boolean mapped = zeros && (bytes[10] & 0xff) == 0xff && (bytes[11] & 0xff) == 0xff;
        boolean compatible = zeros && !nat64 && bytes[10] == 0 && bytes[11] == 0 && (bytes[12] != 0 || bytes[13] != 0);
        if (nat64 && zeros || mapped || compatible) {
            try {
                return InetAddress.getByAddress(new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]});
            } catch (UnknownHostException e) {
                throw new IllegalStateException("Four bytes are an address", e);
            }
        }
        return address;
    }

    /** Addresses that begin alike. */
    private record Network(byte[] prefix, int bits) {
        static Network of(String text) {
            int slash = text.indexOf('/');
            try {
                byte[] address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                        .getAddress();
                int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
                if (bits > address.length * 8) {
                    throw new IllegalArgumentException(text);
                }
                return new Network(address, bits);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "outbound.allow: not an address or network: \"" + text
                                + "\"; expected such as 10.0.0.0/8 or ::1",
                        e);
            }
        }

        boolean has(InetAddress address) {
            boolean alike = address instanceof Inet4Address == (prefix.length == 4);
            byte[] bytes = address.getAddress();
            for (int bit = 0; alike && bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                alike = (bytes[bit >> 3] & mask) == (prefix[bit >> 3] & mask);
            }
            return alike;
        }
    }
}
