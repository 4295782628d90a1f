package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.schema.Schemas;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** The processes that serve: so far this one. */
final class NodeRoutes {
    private static final String ALL = "/api/v1/nodes";

    private final String node;
    private final Invoker invoker;
    private final Schemas schemas;
    private final Instant startedAt;
    private final Supplier<Map<String, String>> notReady;

    NodeRoutes(
            String node,
            Invoker invoker,
            Schemas schemas,
            InstantSource clock,
            Supplier<Map<String, String>> notReady) {
        this.node = node;
        this.invoker = invoker;
        this.schemas = schemas;
        this.startedAt = clock.instant();
        this.notReady = notReady;
    }

    void addTo(Router router) {
        router.add("GET", ALL, Permission.READ, 0, "List the processes that serve", this::list);
        router.add("GET", ALL + "/{id}", Permission.READ, 0, "Show a process that serves", this::show);
    }

    private void list(Exchange x) {
        ObjectNode json = schemas.object();
        json.putArray("items").add(self());
        x.answer(200, json.putNull("nextCursor"));
    }

    private void show(Exchange x) {
        if (!x.parameter("id").equals(node)) {
            throw Refusal.of(ErrorType.NOT_FOUND, "There is no node \"" + x.parameter("id") + "\"");
        }
        x.answer(200, self());
    }

    private ObjectNode self() {
        Runtime jvm = Runtime.getRuntime();
        ObjectNode json = schemas.object()
                .put("id", node)
                .put("status", notReady.get().isEmpty() ? "ready" : "not_ready")
                .put("callsUnderWay", invoker.underWay())
                .put("processors", jvm.availableProcessors())
                .put("memoryUsedMb", (jvm.totalMemory() - jvm.freeMemory()) >> 20)
                .put("memoryMaxMb", jvm.maxMemory() >> 20);
        Views.time(json, "startedAt", startedAt);
        return json;
    }
}
