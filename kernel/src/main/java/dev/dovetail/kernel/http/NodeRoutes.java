package dev.dovetail.kernel.http;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Node;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.schema.Schemas;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The processes that serve. */
final class NodeRoutes {
    private static final String ALL = "/api/v1/nodes";

    private final Cluster cluster;
    private final Durable durable;
    private final Invoker invoker;
    private final Schemas schemas;
    private final Instant startedAt;
    private final Supplier<Condition> condition;

    NodeRoutes(
            Cluster cluster,
            Invoker invoker,
            Durable durable,
            Schemas schemas,
            InstantSource clock,
            Supplier<Condition> condition) {
        this.cluster = cluster;
        this.durable = durable;
        this.invoker = invoker;
        this.schemas = schemas;
        this.startedAt = clock.instant();
        this.condition = condition;
    }

    void addTo(Router router) {
        router.add("GET", ALL, Permission.READ, 0, "List the processes that serve", this::list);
        router.add(
                "POST",
                ALL + "/{id}:resume",
                Permission.ADMINISTER,
                64 * 1024,
                "Let a node that was started paused carry executions",
                this::resume);
        router.add("GET", ALL + "/{id}", Permission.READ, 0, "Show a process that serves", this::show);
    }

    private void list(Exchange x) throws Exception {
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (Node each : cluster.nodes()) {
            items.add(node(each));
        }
        x.answer(200, Cursors.whole(x, json));
    }

    private void show(Exchange x) throws Exception {
        String id = x.parameter("id");
        Node node = find(id).orElseThrow(() -> Refusal.of(ErrorType.NOT_FOUND, "There is no node \"" + id + "\""));
        x.answer(200, node(node));
    }

    private Optional<Node> find(String id) throws InterruptedException {
        return cluster.nodes().stream().filter(each -> each.name().equals(id)).findFirst();
    }

    private void resume(Exchange x, boolean dryRun) throws Exception {
        String id = x.parameter("id");
        if (!id.equals(cluster.self().node())) {
            String address = find(id).map(Node::address)
                    .filter(known -> !known.isEmpty())
                    .map(known -> ", " + known)
                    .orElse("");
            throw Refusal.of(
                    ErrorType.NOT_FOUND,
                    "Not this node: \"" + id + "\"; this one is \""
                            + cluster.self().node() + "\", and a paused one is resumed at its own address" + address);
        }
        if (dryRun ? !durable.paused() : !durable.resume()) {
            throw Refusal.of(ErrorType.INVALID_STATE, "The node \"" + id + "\" is not paused");
        }
        ObjectNode json = schemas.object().put("id", id).put("status", "ready");
        x.answer(200, dryRun ? json.put("dryRun", true) : json);
    }

    /** What is known of a node from here: of this one more. */
    private ObjectNode node(Node node) {
        boolean here = node.boot().equals(cluster.self().boot());
        String seen = !node.alive() ? "lost" : node.paused() ? "paused" : "ready";
        ObjectNode json = here ? self() : schemas.object().put("status", seen);
        json.put("id", node.name()).put("address", node.address()).put("here", here);
        json.put("beatAgeMs", node.beatAge().toMillis());
        node.shards().forEach(json.putArray("shards")::add);
        return json;
    }

    private ObjectNode self() {
        Runtime jvm = Runtime.getRuntime();
        String status = durable.paused() ? "paused" : condition.get().serves() ? "ready" : "not_ready";
        ObjectNode json = schemas.object()
                .put("status", status)
                .put("callsUnderWay", invoker.underWay())
                .put("executionsUnderWay", durable.carried().used())
                .put("executionsQueued", durable.queued().used())
                .put("processors", jvm.availableProcessors())
                .put("memoryUsedMb", (jvm.totalMemory() - jvm.freeMemory()) >> 20)
                .put("memoryMaxMb", jvm.maxMemory() >> 20);
        Views.time(json, "startedAt", startedAt);
        return json;
    }
}
