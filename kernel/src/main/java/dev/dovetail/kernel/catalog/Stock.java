package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.Quota;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import tools.jackson.databind.JsonNode;

/**
 * What a tenant has in the catalog, beside what it may have.
 *
 * @param entries its functions, in the order of their names
 */
public record Stock(List<Entry> entries, List<Quota> quotas) {
    public Stock {
        entries = List.copyOf(entries);
        quotas = List.copyOf(quotas);
    }

    public static Stock of(Catalog catalog, Name tenant) throws InterruptedException {
        List<Entry> entries =
                catalog.list(tenant, _ -> true, "", Integer.MAX_VALUE).entries();
        List<Quota> quotas = new ArrayList<>();
        quotas.add(Quota.counted("functions", entries.size()));
        quotas.add(most(entries, each -> each.versions().size(), "versionsOfAFunction", Edits.MOST_VERSIONS));
        quotas.add(Quota.counted("storedCodeBytes", stored(entries)));
        quotas.add(most(entries, Stock::largestCode, "codeBytesOfAVersion", Archive.LARGEST));
        addLayers(catalog, tenant, quotas);
        return new Stock(entries, quotas);
    }

    private static Quota most(List<Entry> entries, ToLongFunction<Entry> count, String name, long limit) {
        Optional<Entry> largest = entries.stream().max(Comparator.comparingLong(count));
        Quota quota = Quota.limited(name, largest.map(count::applyAsLong).orElse(0L), limit);
        return largest.map(it -> quota.of(it.function().name().text())).orElse(quota);
    }

    private static long largestCode(Entry entry) {
        return entry.versions().stream()
                .mapToLong(each -> each.version().codeSize())
                .max()
                .orElse(0);
    }

    /** What several versions are made of is kept once. */
    private static long stored(List<Entry> entries) {
        Map<Digest, Long> sizes = new HashMap<>();
        entries.stream()
                .flatMap(entry -> entry.versions().stream())
                .forEach(each -> sizes.put(each.version().code(), each.version().codeSize()));
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void addLayers(Catalog catalog, Name tenant, List<Quota> quotas) throws InterruptedException {
        List<JsonNode> layers = catalog.layers(tenant);
        quotas.add(Quota.counted("layers", layers.size()));
        // numbers are never used again, so that the newest says how many there were
        Quota versions = layers.stream()
                .max(Comparator.comparingInt(Layers::number))
                .map(layer -> Quota.limited("versionsOfALayer", Layers.number(layer), Layers.MOST_VERSIONS)
                        .of(layer.get("name").stringValue()))
                .orElse(Quota.limited("versionsOfALayer", 0, Layers.MOST_VERSIONS));
        quotas.add(versions);
    }
}
