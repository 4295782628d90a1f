package dev.dovetail.kernel.secret;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.secret.Secret;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The secrets that one call was told, so that they can be taken out of what it says of itself. Thread-safe. */
public final class Disclosed {
    /** Shorter ones are words that stand everywhere: taking them out would spoil every line and hide nothing. */
    private static final int SHORTEST = 4;

    private static final String HIDDEN = "***";

    private final Set<String> values = ConcurrentHashMap.newKeySet(0);

    /** Those that it is given to begin with. */
    public static Disclosed of(Collection<Secret> given) {
        Disclosed disclosed = new Disclosed();
        given.forEach(disclosed::add);
        return disclosed;
    }

    public void add(Secret secret) {
        if (secret.reveal().length() >= SHORTEST) {
            values.add(secret.reveal());
        }
    }

    /** This text without any of the secrets. */
    public String conceal(String text) {
        if (values.isEmpty()) {
            return text;
        }
        String clean = text;
        for (String value : values) {
            clean = clean.replace(value, HIDDEN);
            String escaped = escaped(value);
            if (!escaped.equals(value)) {
                clean = clean.replace(escaped, HIDDEN);
            }
        }
        return clean;
    }

    public Fault conceal(Fault fault) {
        if (values.isEmpty()) {
            return fault;
        }
        return new Fault(
                fault.id(),
                fault.owner(),
                conceal(fault.message()),
                Bytes.utf8(conceal(fault.details().text())),
                fault.place());
    }

    /** As it stands in a JSON text. */
    private static String escaped(String value) {
        return value.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }
}
