package dev.dovetail.kernel.host;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses that names have for as long as requests to them are under way. The HTTP client resolves a name by itself when it
 * connects; {@link PinnedResolver} answers it from here, so that it cannot be another address than the one that was checked.
 */
final class Pins {
    private static final Map<String, Held> HELD = new HashMap<>();

    private Pins() {}

    private record Held(List<InetAddress> addresses, int holders) {}

    /** A name that resolves to an address that may not be called. */
    static final class Closed extends Exception {
        private static final long serialVersionUID = 1;

        Closed(String message) {
            super(message);
        }
    }

    /** Ends a hold. */
    interface Pin extends AutoCloseable {
        @Override
        void close();
    }

    /** Resolves a name, checks every address that it has, and holds it to those that may be called. */
    static Pin hold(String host, Guard guard) throws UnknownHostException, Closed {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        List<InetAddress> addresses = find(name).orElse(List.of());
        if (addresses.isEmpty()) {
            addresses = Arrays.asList(InetAddress.getAllByName(name));
        }
        List<InetAddress> admitted =
                addresses.stream().filter(each -> guard.admits(name, each)).toList();
        if (admitted.isEmpty()) {
            throw new Closed("Requests to \"" + host + "\" are not allowed: it is "
                    + addresses.getFirst().getHostAddress()
                    + ", which is not public; an operator can list it under outbound.allow");
        }
        List<InetAddress> pinned = admitted;
        synchronized (HELD) {
            HELD.merge(name, new Held(pinned, 1), (old, mine) -> new Held(old.addresses, old.holders + 1));
        }
        return () -> {
            synchronized (HELD) {
                HELD.computeIfPresent(
                        name, (any, old) -> old.holders == 1 ? null : new Held(old.addresses, old.holders - 1));
            }
        };
    }

    static Optional<List<InetAddress>> find(String name) {
        synchronized (HELD) {
            return Optional.ofNullable(HELD.get(name)).map(Held::addresses);
        }
    }
}
