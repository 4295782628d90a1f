package dev.dovetail.kernel.http;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Node;
import dev.dovetail.kernel.cluster.Vitals;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The processes that serve. */
final class NodeRoutes {
    private static final String ALL = "/api/v1/nodes";

    private final Cluster cluster;
    private final Durable durable;
    private final Schemas schemas;
    private final Supplier<Vitals> vitals;

    /** @param vitals how this node fares now */
    NodeRoutes(Cluster cluster, Durable durable, Schemas schemas, Supplier<Vitals> vitals) {
        this.cluster = cluster;
        this.durable = durable;
        this.schemas = schemas;
        this.vitals = vitals;
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
            items.add(node(each, x.principal().tenant()));
        }
        x.answer(200, Cursors.whole(x, json));
    }

    private void show(Exchange x) throws Exception {
        String id = x.parameter("id");
        Node node = find(id).orElseThrow(() -> Refusal.of(ErrorType.NOT_FOUND, "There is no node \"" + id + "\""));
        x.answer(200, node(node, x.principal().tenant()));
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

    /** @param tenant who asks: which functions are warm is shown of its own only */
    private ObjectNode node(Node node, Name tenant) {
        boolean here = node.boot().equals(cluster.self().boot());
        Optional<Vitals> known = here ? Optional.of(vitals.get()) : node.vitals();
        String status = here ? status(true, durable.paused(), known) : status(node.alive(), node.paused(), known);
        ObjectNode json = schemas.object()
                .put("id", node.name())
                .put("status", status)
                .put("address", node.address())
                .put("here", here)
                .put("beatAgeMs", node.beatAge().toMillis());
        node.shards().forEach(json.putArray("shards")::add);
        known.ifPresent(fares -> describe(fares, tenant, json));
        return json;
    }

    private static String status(boolean alive, boolean paused, Optional<Vitals> vitals) {
        if (!alive || paused) {
            return alive ? "paused" : "lost";
        }
        boolean serves = vitals.map(Vitals::serves).orElse(true);
        boolean well = vitals.map(Vitals::troubles).orElse(Map.of()).isEmpty();
        return !serves ? "not_ready" : well ? "ready" : "degraded";
    }

    private static void describe(Vitals vitals, Name tenant, ObjectNode json) {
        if (!vitals.troubles().isEmpty()) {
            ObjectNode troubles = json.putObject("troubles");
            new TreeMap<>(vitals.troubles()).forEach(troubles::put);
        }
        Views.time(json, "startedAt", vitals.startedAt());
        json.put("callsUnderWay", vitals.callsUnderWay())
                .put("executionsUnderWay", vitals.executionsUnderWay())
                .put("executionsQueued", vitals.executionsQueued());
        json.putObject("resources")
                .put("processors", vitals.processors())
                .put("cpuLoad", vitals.cpuLoad())
                .put("memoryUsedMb", vitals.memoryUsedMb())
                .put("memoryMaxMb", vitals.memoryMaxMb())
                .put("workersMb", vitals.memoryPromisedMb());
        Vitals.Metrics metrics = vitals.metrics();
        json.putObject("metrics")
                .put("invocations", metrics.invocations())
                .put("errors", metrics.failed())
                .put("coldStarts", metrics.coldStarts())
                .put("avgDuration", average(metrics.took(), metrics.invocations()))
                .put("avgColdStartDuration", average(metrics.tookCold(), metrics.coldStarts()));
        ObjectNode instances = json.putObject("instances");
        vitals.warm().stream()
                .filter(each -> each.tenant().equals(tenant))
                .forEach(each -> instances.put(each.function() + ":v" + each.version(), each.instances()));
    }

    private static double average(Duration all, long times) {
        return times == 0 ? 0 : Views.millis(all) / times;
    }
}
