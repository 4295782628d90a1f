package dev.dovetail.kernel.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Works out how many instances of which versions are to be there although nobody calls. Where that is foretold from what was needed
 * before, the version that calls go to without a wish is among them with none.
 */
final class Warming {
    private Warming() {}

    static List<Catalog.Wanted> of(Collection<Entry> all, Instant now) {
        List<Catalog.Wanted> wanted = new ArrayList<>();
        all.forEach(entry -> add(entry, now, wanted));
        return wanted;
    }

    private static void add(Entry entry, Instant now, List<Catalog.Wanted> into) {
        boolean none = entry.function().scaling().wanted(now) == 0
                && entry.aliases().values().stream().noneMatch(alias -> alias.provisioned() > 0);
        boolean predictive = entry.function().scaling().predictive();
        if (entry.deleted() || none && !predictive) {
            return;
        }
        Map<Integer, Integer> byVersion = new TreeMap<>();
        entry.active()
                .ifPresent(active -> byVersion.put(
                        active.version().number(), entry.function().scaling().wanted(now)));
        for (Alias alias : entry.aliases().values()) {
            alias.weights()
                    .forEach((version, weight) ->
                            byVersion.merge(version, (alias.provisioned() * weight + 99) / 100, Integer::sum));
        }
        byVersion.forEach((number, instances) -> {
            if (instances > 0 || predictive) {
                entry.find(number)
                        .filter(version -> version.version().state().callable())
                        .ifPresent(version -> into.add(new Catalog.Wanted(version, instances)));
            }
        });
    }
}
