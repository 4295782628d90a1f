package dev.dovetail.kernel.host;

import dev.dovetail.kernel.secret.Reading;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.secret.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Puts secrets into a request on its way out, where it has {@code ${SECRET:name}} in a header or its body: only those that the
 * function may read, and only towards the hosts that each secret allows. The function never sees them.
 */
final class Substitution {
    private static final String MARK = "${SECRET:";

    private final Map<String, Secret> secrets;

    private Substitution(Map<String, Secret> secrets) {
        this.secrets = secrets;
    }

    /** A secret that this function cannot have, or not there. */
    static final class Forbidden extends Exception {
        private static final long serialVersionUID = 1;

        Forbidden(String message) {
            super(message);
        }
    }

    /** @param uri where the request goes first */
    static Substitution of(Map<String, List<String>> headers, Bytes body, URI uri, Running running, Secrets store)
            throws InterruptedException, Forbidden {
        Set<String> names = new LinkedHashSet<>();
        headers.values().forEach(values -> values.forEach(value -> names.addAll(Secret.named(value))));
        if (body.size() > MARK.length()) {
            String text = body.text();
            if (text.contains(MARK)) {
                names.addAll(Secret.named(text));
            }
        }
        if (names.isEmpty()) {
            return new Substitution(Map.of());
        }
        Map<String, Secret> secrets = new HashMap<>();
        try (Reading reading = store.reading(running.reader(), Reading.Purpose.REQUEST)) {
            reading.to(uri.getHost());
            for (String each : names) {
                secrets.put(each, require(each, running, reading, secret -> allowed(secret, uri)));
            }
        }
        return new Substitution(secrets);
    }

    /**
     * A secret that this call may have, which is taken out of all that the call says from now on.
     *
     * @param given whether it is given to where it would go; if not, that is audited
     */
    static Secret require(String written, Running running, Reading reading, Predicate<Secret> given)
            throws InterruptedException, Forbidden {
        Optional<Name> name = Secrets.name(written);
        if (name.isEmpty() || !running.version().mayRead(name.get())) {
            reading.refused(written);
            throw new Forbidden("The function may not read the secret \"" + written
                    + "\": name it in \"secrets\" of the function, or refer to it in its environment");
        }
        Secret secret =
                reading.find(written, given).orElseThrow(() -> new Forbidden("There is no secret \"" + written + "\""));
        running.disclosed().add(secret);
        return secret;
    }

    /** The first secret that must not go to this host, in words. */
    Optional<String> refusal(URI uri) {
        return secrets.entrySet().stream()
                .filter(each -> !allowed(each.getValue(), uri))
                .map(each -> "The secret \"" + each.getKey() + "\" may not be sent to " + uri.getHost() + "; it allows "
                        + (each.getValue().allowedHosts().isEmpty()
                                ? "no host"
                                : String.join(", ", each.getValue().allowedHosts())))
                .findFirst();
    }

    /** Hosts are named exactly, or as {@code *.example.org} for all below one. */
    private static boolean allowed(Secret secret, URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return secret.allowedHosts().stream()
                .map(each -> each.toLowerCase(Locale.ROOT))
                .anyMatch(each -> each.startsWith("*.") ? host.endsWith(each.substring(1)) : host.equals(each));
    }

    String header(String value) {
        return secrets.isEmpty() ? value : Secret.fill(value, secrets);
    }

    byte[] body(Bytes body) {
        return secrets.isEmpty()
                ? body.toArray()
                : Secret.fill(body.text(), secrets).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether a header names a secret: it is left out where a redirect leads elsewhere. */
    boolean names(String value) {
        return !secrets.isEmpty() && value.contains(MARK);
    }
}
