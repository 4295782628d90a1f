package dev.dovetail.kernel.catalog;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One immutable version of a function; only its state and what is said about it change.
 *
 * @param runtime the runtime's own name, whatever spelling it was asked for by
 * @param semver {@code major.minor}, from how its contract differs from the one before
 * @param contract a JSON object with {@code params}, {@code returns}, {@code errors}; empty bytes if it has none
 * @param traits a JSON object as it was given; empty bytes if it has none
 * @param layers shared files, in the order in which they are mounted
 * @param secrets the secrets that the code may read by name, besides those that its environment refers to
 * @param code the digest of the archive with its files
 */
public record Version(
        int number,
        State state,
        String runtime,
        String handler,
        int memoryMb,
        int timeoutSeconds,
        Map<String, String> environment,
        Bytes contract,
        Bytes traits,
        Digest code,
        long codeSize,
        List<Layer> layers,
        List<String> secrets,
        String semver,
        String gtsId,
        String description,
        String createdBy,
        Instant createdAt,
        Optional<Instant> publishedAt,
        Optional<Deprecation> deprecation) {
    public Version {
        environment = Map.copyOf(environment);
        layers = List.copyOf(layers);
        secrets = List.copyOf(secrets);
    }

    /** The life of a version. */
    public enum State {
        DRAFT,
        ACTIVE,
        DEPRECATED,
        DISABLED,
        ARCHIVED;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        public boolean callable() {
            return this == ACTIVE || this == DEPRECATED;
        }

        boolean leadsTo(State next) {
            return switch (this) {
                case DRAFT -> next == ACTIVE;
                case ACTIVE -> next == DEPRECATED || next == DISABLED;
                case DEPRECATED -> next == DISABLED || next == ARCHIVED;
                case DISABLED -> next == ACTIVE || next == ARCHIVED;
                case ARCHIVED -> false;
            };
        }
    }

    /** One version of a layer, and the digest of the archive with its files. */
    public record Layer(Name name, int version, Digest digest) {
        /** As people write it: {@code numpy:3}. */
        public String text() {
            return name + ":" + version;
        }
    }

    /** Why a version should not be used any more, and what instead. */
    public record Deprecation(String reason, Optional<String> successor, Optional<Instant> sunset) {}

    /** As people write it: {@code v5}. */
    public String text() {
        return "v" + number;
    }

    /** The same with another semantic number. */
    Version of(String number) {
        String named = GtsName.find(gtsId).orElseThrow().of(number);
        return with(state, number, named, publishedAt, deprecation);
    }

    Version in(State state, Optional<Instant> publishedAt, Optional<Deprecation> deprecation) {
        return with(state, semver, gtsId, publishedAt, deprecation);
    }

    private Version with(
            State state,
            String semver,
            String gtsId,
            Optional<Instant> publishedAt,
            Optional<Deprecation> deprecation) {
        return new Version(
                number,
                state,
                runtime,
                handler,
                memoryMb,
                timeoutSeconds,
                environment,
                contract,
                traits,
                code,
                codeSize,
                layers,
                secrets,
                semver,
                gtsId,
                description,
                createdBy,
                createdAt,
                publishedAt,
                deprecation);
    }
}
