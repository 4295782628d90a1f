package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.schema.Schemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A change of one function that is being put together; it is written as one commit. */
final class Draft {
    private final Entry before;
    private Function function;
    private Optional<Claim> claim = Optional.empty();
    final Map<Integer, Version> changedVersions = new TreeMap<>();
    final NavigableSet<Integer> removedVersions = new TreeSet<>();
    final Map<String, Alias> changedAliases = new LinkedHashMap<>();
    final Set<String> removedAliases = new LinkedHashSet<>();

    Draft(Entry before) {
        this.before = before;
        this.function = before.function();
    }

    Entry before() {
        return before;
    }

    Function function() {
        return function;
    }

    Draft put(Function function) {
        this.function = function;
        return this;
    }

    Draft put(Version version) {
        changedVersions.put(version.number(), version);
        return this;
    }

    Draft put(Alias alias) {
        changedAliases.put(alias.name(), alias);
        return this;
    }

    Draft removeVersion(int number) {
        removedVersions.add(number);
        return this;
    }

    Draft removeAlias(String name) {
        removedAliases.add(name);
        return this;
    }

    /** Its code came with it. */
    Draft claiming(Optional<Claim> claim) {
        this.claim = claim;
        return this;
    }

    Optional<Claim> claim() {
        return claim;
    }

    /** @throws Refusal if a version's code is neither that of one that is there nor came with it: then nobody keeps it */
    void check() {
        for (Version each : changedVersions.values()) {
            boolean kept = claim.filter(it -> it.has(each.code())).isPresent()
                    || before.versions().stream()
                            .anyMatch(old -> old.version().code().equals(each.code()));
            if (!kept) {
                throw Refusal.of(
                        ErrorType.CONFLICT, "The version that this one has its code from was deleted meanwhile");
            }
        }
    }

    /** The entry after the change. Versions that did not change keep their handle, and with it what was worked out. */
    Entry after(long stored, Schemas schemas) {
        TreeMap<Integer, Deployed> versions = new TreeMap<>();
        boolean same = function.maxConcurrent() == before.function().maxConcurrent()
                && function.scaling().equals(before.function().scaling());
        for (Deployed each : before.versions()) {
            versions.put(each.version().number(), same ? each : new Deployed(function, each.version(), schemas));
        }
        changedVersions.forEach((number, version) -> versions.put(number, new Deployed(function, version, schemas)));
        versions.keySet().removeAll(removedVersions);
        Map<String, Alias> aliases = new HashMap<>(before.aliases());
        aliases.putAll(changedAliases);
        aliases.keySet().removeAll(removedAliases);
        List<Deployed> ordered = new ArrayList<>(versions.values());
        return new Entry(function, stored, ordered, aliases);
    }
}
