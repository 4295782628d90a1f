package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.catalog.Entry;
import dev.dovetail.kernel.catalog.Stock;
import dev.dovetail.kernel.contract.Quota;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Opened;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is used, beside what may be. */
final class UsageRoutes {
    /** So many are counted one by one; of more it is said that there are. */
    private static final int MOST_COUNTED = 1000;

    private final Catalog catalog;
    private final Invoker invoker;
    private final Durable durable;
    private final Schemas schemas;

    UsageRoutes(Catalog catalog, Invoker invoker, Durable durable, Schemas schemas) {
        this.catalog = catalog;
        this.invoker = invoker;
        this.durable = durable;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add("GET", "/api/v1/usage", Permission.READ, 0, "Show what is used, beside what may be", this::usage);
    }

    private void usage(Exchange x) throws Exception {
        Name tenant = x.principal().tenant();
        Stock stock = Stock.of(catalog, tenant);
        List<Quota> all = new ArrayList<>(stock.quotas());
        all.add(unfinished(tenant));
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        all.forEach(each -> add(items, each, "tenant"));
        for (Quota each : List.of(fullest(stock.entries()), invoker.usage(), durable.carried(), durable.queued())) {
            add(items, each, "node");
        }
        x.answer(200, Cursors.whole(x, json));
    }

    private static void add(ArrayNode items, Quota quota, String scope) {
        ObjectNode json = items.addObject().put("name", quota.name()).put("used", quota.used());
        if (quota.more()) {
            json.put("more", true);
        }
        quota.limit().ifPresent(limit -> json.put("limit", limit));
        quota.of().ifPresent(which -> json.put("of", which));
        json.put("scope", scope);
    }

    /** The function that has the largest share of its places taken on this node. */
    private Quota fullest(List<Entry> entries) {
        return entries.stream()
                .map(this::calls)
                .max(Comparator.comparingDouble(Quota::share))
                .orElse(Quota.counted("callsOfAFunction", 0));
    }

    private Quota calls(Entry entry) {
        int most = entry.active()
                .map(Deployed::maxConcurrent)
                .orElse(entry.function().maxConcurrent());
        Name name = entry.function().name();
        return Quota.limited(
                        "callsOfAFunction", invoker.underWay(entry.function().tenant(), name), most)
                .of(name.text());
    }

    private Quota unfinished(Name tenant) throws InterruptedException {
        Opened open = durable.open(tenant, _ -> true, "", MOST_COUNTED);
        return new Quota(
                "unfinishedExecutions",
                open.found().size(),
                open.found().size() == MOST_COUNTED || open.upTo().isPresent(),
                OptionalLong.empty(),
                Optional.empty());
    }
}
