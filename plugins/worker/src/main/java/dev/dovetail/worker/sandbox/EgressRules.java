package dev.dovetail.worker.sandbox;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which hosts code may reach.
 *
 * <p>A pattern is a name or an address, {@code *.name} for all below a name, and may end in {@code :port}.
 *
 * @param hosts patterns of what the function may reach; empty for every host
 * @param internal patterns, and networks such as {@code 10.0.7.0/24}, of what may be reached although its addresses are not
 *     public; that is the operator's to say,
 *     since the function's author writes the other list
 * @param names how a name becomes addresses
 */
record EgressRules(List<String> hosts, List<String> internal, Names names) {
    /** Without a port, and without the length of a network: then it is a network of one. */
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F]*:[0-9a-fA-F.:]*:[0-9a-fA-F.:]*");

    interface Names {
        InetAddress[] find(String host) throws UnknownHostException;
    }

    /** What is refused, in words for whoever wrote the function. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    EgressRules {
        hosts = List.copyOf(hosts);
        internal = List.copyOf(internal);
    }

    /** Looks the name up once: what was judged is what is connected to, however the name's answers change. */
    InetAddress judge(String host, int port) throws Refused, UnknownHostException {
        if (!hosts.isEmpty() && !matches(hosts, host, port)) {
            throw new Refused("The function may not reach " + host + ":" + port + ": expected one of " + hosts);
        }
        InetAddress[] addresses = names.find(host);
        boolean trusted = matches(internal, host, port);
        for (InetAddress address : addresses) {
            if (trusted || isPublic(address) || inNetwork(internal, address)) {
                return address;
            }
        }
        throw new Refused("The function may not reach " + host + ":" + port + ": it has no public address");
    }

    private static boolean matches(List<String> patterns, String host, int port) {
        String name = plain(host);
        return patterns.stream().anyMatch(pattern -> {
            String wanted = pattern;
            int colon = pattern.lastIndexOf(':');
            if (colon >= 0 && pattern.substring(colon + 1).matches("\\d+") && pattern.indexOf(':') == colon) {
                if (Integer.parseInt(pattern.substring(colon + 1)) != port) {
                    return false;
                }
                wanted = pattern.substring(0, colon);
            }
            wanted = plain(wanted);
            return wanted.startsWith("*.") ? name.endsWith(wanted.substring(1)) : name.equals(wanted);
        });
    }

    private static boolean inNetwork(List<String> patterns, InetAddress address) {
        byte[] bytes = address.getAddress();
        for (String pattern : patterns) {
            int slash = pattern.indexOf('/');
            if (slash > 0 || ADDRESS.matcher(pattern).matches()) {
                byte[] network = InetAddress.ofLiteral(slash > 0 ? pattern.substring(0, slash) : pattern)
                        .getAddress();
                int length = slash > 0 ? Integer.parseInt(pattern.substring(slash + 1)) : network.length * Byte.SIZE;
                if (network.length == bytes.length && shared(network, bytes) >= length) {
                    return true;
                }
            }
        }
        return false;
    }

    /** How many bits are the same from the left. */
    private static int shared(byte[] one, byte[] other) {
        int bits = 0;
        for (int i = 0; i < one.length; i++) {
            int difference = (one[i] ^ other[i]) & 0xFF;
            if (difference != 0) {
                return bits + Integer.numberOfLeadingZeros(difference) - 24;
            }
            bits += 8;
        }
        return bits;
    }

    /** Names are the same in any case and with the dot that ends them. */
    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        int first = Byte.toUnsignedInt(bytes[0]);
        int second = Byte.toUnsignedInt(bytes[1]);
        int third = Byte.toUnsignedInt(bytes[2]);
        if (address instanceof Inet4Address) {
            return !(first == 0 // this network
                    || first == 100 && second >= 64 && second < 128 // a carrier's own
                    || first == 192 && second == 0 && third == 0 // protocols
                    || first == 198 && (second == 18 || second == 19) // measurements
                    || first >= 240); // reserved
        }
        // of the rest only what is given out to the world, without what wraps an IPv4 address
        boolean given = (first & 0xE0) == 0x20;
        boolean tunnel =
                first == 0x20 && second == 0x02 || first == 0x20 && second == 0x01 && bytes[2] == 0 && bytes[3] == 0;
        return given && !tunnel;
    }
}
