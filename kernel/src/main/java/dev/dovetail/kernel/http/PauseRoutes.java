package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Pauses;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Functions and whole tenants that are paused: their work is taken on, and waits. */
final class PauseRoutes {
    private static final String FUNCTION = "/api/v1/functions/{name}";
    private static final String ALL = "/api/v1/executions";
    private static final long SMALL = 64 * 1024;

    private final Catalog catalog;
    private final Pauses pauses;
    private final Schemas schemas;

    PauseRoutes(Catalog catalog, Pauses pauses, Schemas schemas) {
        this.catalog = catalog;
        this.pauses = pauses;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add(
                "POST",
                FUNCTION + ":pause",
                Permission.RELEASE,
                SMALL,
                "Take a function's calls on, but start none",
                "Reason",
                (x, dryRun) -> pause(x, Optional.of(function(x, true)), dryRun));
        router.add(
                "POST",
                FUNCTION + ":resume",
                Permission.RELEASE,
                SMALL,
                "Let a paused function go on",
                "Reason",
                (x, dryRun) -> resume(x, Optional.of(function(x, false)), dryRun));
        router.add(
                "POST",
                ALL + ":pause",
                Permission.RELEASE,
                SMALL,
                "Take all of the tenant's calls on, but start none",
                "Reason",
                (x, dryRun) -> pause(x, Optional.empty(), dryRun));
        router.add(
                "POST",
                ALL + ":resume",
                Permission.RELEASE,
                SMALL,
                "Let a paused tenant go on",
                "Reason",
                (x, dryRun) -> resume(x, Optional.empty(), dryRun));
        router.add("GET", ALL + ":paused", Permission.READ, 0, "List what is paused", this::list);
    }

    private Name function(Exchange x, boolean mustBeThere) {
        String text = x.parameter("name");
        if (mustBeThere) {
            catalog.require(x.principal().tenant(), text);
        }
        return Name.find(text)
                .orElseThrow(() -> Refusal.of(ErrorType.NOT_FOUND, "There is no function \"" + text + "\""));
    }

    private void pause(Exchange x, Optional<Name> function, boolean dryRun) throws Exception {
        Optional<String> reason = Optional.ofNullable(x.json().path("reason").stringValue(null));
        Principal who = x.principal();
        boolean made = dryRun
                ? find(who.tenant(), function).isEmpty()
                : pauses.pause(who.tenant(), function, who.type() + "/" + who.id(), reason);
        if (!made) {
            throw Refusal.of(ErrorType.INVALID_STATE, "It is paused already");
        }
        answer(x, function, true, dryRun);
    }

    private void resume(Exchange x, Optional<Name> function, boolean dryRun) throws Exception {
        x.json(); // a reason may be told, and nothing else
        Name tenant = x.principal().tenant();
        if (dryRun ? find(tenant, function).isEmpty() : !pauses.resume(tenant, function)) {
            throw Refusal.of(ErrorType.INVALID_STATE, "It is not paused");
        }
        answer(x, function, false, dryRun);
    }

    private Optional<Pauses.Pause> find(Name tenant, Optional<Name> function) {
        return pauses.list(tenant).stream()
                .filter(each -> each.function().equals(function))
                .findFirst();
    }

    private void answer(Exchange x, Optional<Name> function, boolean paused, boolean dryRun) {
        ObjectNode json = schemas.object().put("tenant", x.principal().tenant().text());
        function.ifPresent(name -> json.put("function", name.text()));
        json.put("paused", paused);
        x.answer(200, dryRun ? json.put("dryRun", true) : json);
    }

    private void list(Exchange x) {
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (Pauses.Pause each : pauses.list(x.principal().tenant())) {
            ObjectNode item = items.addObject().put("tenant", each.tenant().text());
            each.function().ifPresent(name -> item.put("function", name.text()));
            Views.time(item, "since", each.since());
            item.put("by", each.by());
            each.reason().ifPresent(text -> item.put("reason", text));
        }
        x.answer(200, Cursors.whole(x, json));
    }
}
