package dev.dovetail.kernel.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A function with its versions and aliases, at one moment.
 *
 * @param stored the version of the function's document in the store
 * @param versions by number, upwards; without those that were removed
 * @param aliases by name
 */
public record Entry(Function function, long stored, List<Deployed> versions, Map<String, Alias> aliases) {
    public Entry {
        versions = List.copyOf(versions);
        aliases = Map.copyOf(aliases);
    }

    public Optional<Deployed> find(int number) {
        // few functions have many versions, and the newest are asked for most
        for (int i = versions.size() - 1; i >= 0; i--) {
            if (versions.get(i).version().number() == number) {
                return Optional.of(versions.get(i));
            }
        }
        return Optional.empty();
    }

    /** The newest version that may be called without a wish. */
    public Optional<Deployed> active() {
        for (int i = versions.size() - 1; i >= 0; i--) {
            if (versions.get(i).version().state() == Version.State.ACTIVE) {
                return Optional.of(versions.get(i));
            }
        }
        return Optional.empty();
    }

    /** The newest version, whatever its state. */
    public Optional<Deployed> newest() {
        return versions.isEmpty() ? Optional.empty() : Optional.of(versions.getLast());
    }

    public boolean deleted() {
        return function.deleted().isPresent();
    }
}
