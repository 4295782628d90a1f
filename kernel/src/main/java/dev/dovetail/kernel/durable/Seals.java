package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.StateStore;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs what is given out and comes back, with a key of the cluster's (HMAC-SHA256) that lies in the store and is read each time, so
 * that a new one is every node's at once. Keys that were replaced go on being believed until they are dropped. Thread-safe.
 */
final class Seals {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int MOST_KEYS = 10;
    private static final int LONGEST = 1024;

    private final Slot<StateStore> state;
    private final Commits commits;
    private final Schemas schemas;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Seals(Slot<StateStore> state, Commits commits, Schemas schemas, InstantSource clock) {
        this.state = state;
        this.commits = commits;
        this.schemas = schemas;
        this.clock = clock;
    }

    /** This text and its signature, in characters that a path may have. */
    String seal(String text) throws InterruptedException {
        JsonNode keys = keys();
        String name = keys.get("current").stringValue();
        byte[] named = (name + " " + text).getBytes(StandardCharsets.UTF_8);
        return encoded(named) + "." + encoded(mac(keys.get("keys").get(name), named));
    }

    /** The text that was sealed; empty if it was not sealed here. */
    Optional<String> open(String token) throws InterruptedException {
        int dot = token.indexOf('.');
        Optional<byte[]> named = dot < 0 || token.length() > LONGEST ? Optional.empty() : decoded(token, 0, dot);
        Optional<byte[]> signature = named.isEmpty() ? Optional.empty() : decoded(token, dot + 1, token.length());
        if (signature.isEmpty()) {
            return Optional.empty();
        }
        String text = new String(named.get(), StandardCharsets.UTF_8);
        int space = text.indexOf(' ');
        JsonNode key = keys().get("keys").path(space < 0 ? "" : text.substring(0, space));
        return key.isObject() && MessageDigest.isEqual(mac(key, named.get()), signature.get())
                ? Optional.of(text.substring(space + 1))
                : Optional.empty();
    }

    /**
     * Makes a new key, with which all is signed from now on.
     *
     * @param dropOthers whether what was signed before is not believed any more
     * @return how many keys are believed
     */
    int rotate(boolean dropOthers) throws InterruptedException {
        while (true) {
            keys();
            Entry there = state.use(store -> store.find(Keys.seals())).orElseThrow();
            ObjectNode next = schemas.object(there.value().text());
            ObjectNode keys = (ObjectNode) next.get("keys");
            if (dropOthers) {
                keys.removeAll();
            }
            while (keys.size() >= MOST_KEYS) {
                keys.remove(keys.propertyNames().iterator().next()); // the oldest
            }
            add(next, keys);
            if (put(next, Expectation.version(there.version()))) {
                return keys.size();
            }
        }
    }

    private JsonNode keys() throws InterruptedException {
        while (true) {
            Optional<Entry> there = state.use(store -> store.find(Keys.seals()));
            if (there.isPresent()) {
                return schemas.parse(there.get().value());
            }
            ObjectNode first = schemas.object().put("schema", 1);
            add(first, first.putObject("keys"));
            put(first, Expectation.absent()); // or somebody else's, made meanwhile
        }
    }

    private void add(ObjectNode document, ObjectNode keys) {
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        byte[] id = new byte[6];
        random.nextBytes(id);
        String name = encoded(id);
        keys.putObject(name)
                .put("secret", Base64.getEncoder().encodeToString(secret))
                .put("since", clock.instant().toString());
        document.put("current", name);
    }

    private boolean put(ObjectNode document, Expectation expected) throws InterruptedException {
        Change change = new Change.Put(Keys.seals(), schemas.bytes(document), expected);
        return commits.once(List.of(change)) instanceof Committed.Done;
    }

    private static byte[] mac(JsonNode key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(
                    Base64.getDecoder().decode(key.get("secret").stringValue()), ALGORITHM));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK has no " + ALGORITHM, e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A text has one spelling: another that means the same bytes is refused. */
    private static Optional<byte[]> decoded(String token, int from, int to) {
        try {
            String text = token.substring(from, to);
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return encoded(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
