package dev.dovetail.kernel.secret;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.secret.Secret;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Secrets that are read together: for a call's environment, for one question of its code, for one request on its way out. Closing
 * it has them audited in one entry, by name and version, also those that were not given; closing it again does nothing. For one
 * thread.
 */
public final class Reading implements AutoCloseable {
    private final Secrets secrets;
    private final Reader by;
    private final ObjectNode details;
    private final ArrayNode read;
    private boolean open = true;

    /**
     * Whose code reads.
     *
     * @param actor under whose right it runs, such as {@code user/ann}
     */
    public record Reader(
            Name tenant, Name function, int version, String executionId, String correlationId, String actor) {}

    /** What secrets are read for. */
    public enum Purpose {
        /** The environment of a call that begins. */
        ENVIRONMENT,
        /** Code that asked for one. */
        CODE,
        /** An outgoing request. */
        REQUEST
    }

    private enum Given {
        READ,
        MISSING,
        REFUSED,
        UNREACHABLE
    }

    Reading(Secrets secrets, Reader by, Purpose purpose) {
        this.secrets = secrets;
        this.by = by;
        this.details = secrets.object()
                .put("purpose", word(purpose))
                .put("function", by.function().text())
                .put("version", by.version());
        this.read = secrets.object().putArray("secrets");
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The host to which they are sent. */
    public Reading to(String host) {
        details.put("host", host);
        return this;
    }

    /**
     * The newest version of a secret, by its name as people write it.
     *
     * @throws PluginFailure if a store that might have it is out of reach
     */
    public Optional<Secret> find(String written) throws InterruptedException {
        return find(written, _ -> true);
    }

    /** The same of one that is given only if this holds; it is answered all the same. */
    public Optional<Secret> find(String written, Predicate<Secret> given) throws InterruptedException {
        Optional<Name> name = Secrets.name(written);
        try {
            Optional<Secrets.Found> found = name.isEmpty() ? Optional.empty() : secrets.find(by.tenant(), name.get());
            Optional<Secret> secret = found.map(Secrets.Found::secret);
            ObjectNode item = add(name, secret.isEmpty() ? Given.MISSING : given(secret.get(), given));
            found.ifPresent(it -> item.put("version", it.secret().version())
                    .put("provider", it.provider().text())
                    .put("kept", it.kept()));
            return secret;
        } catch (PluginFailure e) {
            add(name, Given.UNREACHABLE);
            throw e;
        }
    }

    private static Given given(Secret secret, Predicate<Secret> given) {
        return given.test(secret) ? Given.READ : Given.REFUSED;
    }

    /** Somebody asked for one that the function may not have. */
    public void refused(String written) {
        add(Secrets.name(written), Given.REFUSED);
    }

    /** What is no name is not repeated: it may be anything, even a secret. */
    private ObjectNode add(Optional<Name> name, Given given) {
        ObjectNode item = read.addObject();
        name.ifPresent(it -> item.put("name", it.text()));
        return item.put("outcome", word(given));
    }

    /** Leaves out of the audit what is looked at only to see that it is there. */
    public void onlyLooked() {
        open = false;
    }

    @Override
    public void close() {
        if (open && !read.isEmpty()) {
            details.set("secrets", read);
            secrets.audited(by, details);
        }
        open = false;
    }
}
