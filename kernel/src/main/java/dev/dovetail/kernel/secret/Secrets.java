package dev.dovetail.kernel.secret;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.record.Audited;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.spi.secret.WritableSecrets;
import dev.dovetail.spi.secret.WritableSecrets.Info;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * Secrets by name, for each call anew: looked up in the stores that plugins open, in the order of their slots' names, and kept
 * in memory for some minutes at most, so that a new value is used without deploying anything. A name is written as people write
 * variables or labels: {@code DB_PASSWORD} and {@code db-password} are one. Each reading is audited. Thread-safe.
 */
public final class Secrets {
    private static final String READ = "gts.x.core.faas.audit.v1~dovetail.secrets._.read.v1~";

    /** More are not kept: a tenant that asks for names at random must not fill the memory. */
    private static final int MOST_KEPT = 10_000;

    private final Plugins plugins;
    private final Audit audit;
    private final Schemas schemas;
    private final InstantSource clock;
    private final Duration ttl;
    private final Map<Of, Known> known = new ConcurrentHashMap<>();

    private record Of(Name tenant, Name name) {}

    private record Known(Secret secret, Name provider, Instant until) {}

    /**
     * A secret, and where it is from.
     *
     * @param provider the slot of the store that has it
     * @param kept whether it was still known from an earlier call
     */
    record Found(Secret secret, Name provider, boolean kept) {}

    /**
     * @param audit is told of each reading
     * @param ttl how old a value may be that is used; what is changed through this node is seen here at once
     */
    public Secrets(Plugins plugins, Audit audit, Schemas schemas, InstantSource clock, Duration ttl) {
        this.plugins = plugins;
        this.audit = audit;
        this.schemas = schemas;
        this.clock = clock;
        this.ttl = ttl;
    }

    /** The name of a secret as it is kept; empty if it cannot be one. */
    public static Optional<Name> name(String written) {
        return Name.find(written.toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** Begins to read secrets for one purpose; whoever begins it closes it. */
    public Reading reading(Reading.Reader by, Reading.Purpose purpose) {
        return new Reading(this, by, purpose);
    }

    /** Has it audited what was read. */
    void audited(Reading.Reader by, ObjectNode details) {
        audit.addSoon(
                by.tenant(),
                new Audited(
                        clock.instant(), READ, by.actor(), by.correlationId(), Optional.of(by.executionId()), details));
    }

    ObjectNode object() {
        return schemas.object();
    }

    /**
     * The newest version of a secret.
     *
     * @throws PluginFailure if a store that might have it is out of reach
     */
    Optional<Found> find(Name tenant, Name name) throws InterruptedException {
        Of of = new Of(tenant, name);
        Known kept = known.get(of);
        Instant now = clock.instant();
        if (kept != null && now.isBefore(kept.until())) {
            return Optional.of(new Found(kept.secret(), kept.provider(), true));
        }
        for (Map.Entry<Name, Slot<SecretStore>> store : new TreeMap<>(plugins.secrets()).entrySet()) {
            Optional<Secret> found = store.getValue().use(it -> it.find(of.tenant(), of.name(), Optional.empty()));
            if (found.isPresent()) {
                Instant until = now.plus(ttl);
                Instant expires = found.get().expires().orElse(until);
                if (known.size() < MOST_KEPT) {
                    known.put(of, new Known(found.get(), store.getKey(), expires.isBefore(until) ? expires : until));
                }
                return Optional.of(new Found(found.get(), store.getKey(), false));
            }
        }
        known.remove(of);
        return Optional.empty();
    }

    /** Adds a version to a secret, in the first store that takes it, and answers the version's name; empty if none does. */
    public Optional<String> put(Name tenant, Name name, String value, List<String> allowedHosts)
            throws InterruptedException {
        Optional<String> version = writable(store -> store.put(tenant, name, value, allowedHosts));
        known.remove(new Of(tenant, name));
        return version;
    }

    /** @return whether there was one; empty if no store can be written to */
    public Optional<Boolean> delete(Name tenant, Name name) throws InterruptedException {
        Optional<Boolean> there = writable(store -> store.delete(tenant, name));
        known.remove(new Of(tenant, name));
        return there;
    }

    /** Names and versions of what is in the store that can be written to; empty if there is no such store. */
    public Optional<List<Info>> list(Name tenant) throws InterruptedException {
        return writable(store -> List.copyOf(store.list(tenant)));
    }

    private <R> Optional<R> writable(Function<WritableSecrets, R> use) throws InterruptedException {
        for (Slot<SecretStore> slot : new TreeMap<>(plugins.secrets()).values()) {
            Optional<R> answer = slot.use(
                    store -> store instanceof WritableSecrets it ? Optional.of(use.apply(it)) : Optional.<R>empty());
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }
}
