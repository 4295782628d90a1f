package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Checks by which name the system is called: a page of somebody else's, or a name that was made to lead here, must not reach it
 * through an operator's browser.
 */
final class Door {
    private final Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]", "::1"));
    private final boolean any;

    Door(String listensOn, List<String> allowed) {
        names.add(listensOn.toLowerCase(Locale.ROOT));
        allowed.forEach(each -> names.add(each.toLowerCase(Locale.ROOT)));
        this.any = allowed.contains("*");
    }

    /** @throws Refusal if it is called by a name that is not its own */
    void check(Optional<String> host, Optional<String> origin) {
        if (any) {
            return;
        }
        if (host.isEmpty() || !names.contains(bare(host.get()))) {
            throw Refusal.of(
                    ErrorType.PERMISSION_DENIED,
                    "The request names the host \"" + host.orElse("")
                            + "\", which is not this one; an operator can add it" + " to http.allowed-hosts");
        }
        if (origin.isPresent() && !own(origin.get())) {
            throw Refusal.of(
                    ErrorType.PERMISSION_DENIED,
                    "The request comes from a page of \"" + origin.get()
                            + "\", which is not allowed; an operator can add" + " it to http.allowed-hosts");
        }
    }

    private boolean own(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && names.contains(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String bare(String host) {
        int colon = host.lastIndexOf(':');
        boolean port = colon > 0 && colon > host.lastIndexOf(']');
        return (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
    }
}
