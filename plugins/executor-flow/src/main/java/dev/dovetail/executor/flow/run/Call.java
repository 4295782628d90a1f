package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.executor.flow.jq.Budget;
import dev.dovetail.executor.flow.jq.Spent;
import dev.dovetail.executor.flow.plan.Flow;
import dev.dovetail.executor.flow.plan.Task;
import dev.dovetail.executor.flow.plan.Undo;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.secret.Secret;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;

/** One call of a workflow. */
public final class Call {
    private final Launch launch;
    private final Flow flow;
    private final Invocation invocation;
    private final Calling calling;
    private final Budget budget;
    private final Runner runner;
    private final long started = System.nanoTime();

    /** @param threads for what runs at once; virtual ones will do */
    public Call(Launch launch, Flow flow, Invocation invocation, Host host, Budget budget, ThreadFactory threads) {
        this.launch = launch;
        this.flow = flow;
        this.invocation = invocation;
        this.budget = budget;
        this.calling = new Calling(host, threads, !(invocation.entry() instanceof Entry.Compensation));
        this.runner = new Runner(flow, calling, new Works(new Questions(launch, invocation.executionId())));
    }

    public Outcome run() {
        try {
            Bytes body = Json.bytes(output());
            if (body.size() > launch.limits().outputBytes()) {
                throw Raised.of(
                        "runtime",
                        500,
                        "The answer is too long",
                        "It has " + body.size() + " bytes; at most "
                                + launch.limits().outputBytes() + " are allowed");
            }
            return new Outcome.Returned(body, Map.of(), usage());
        } catch (Raised e) {
            return new Outcome.Failed(e.fault(), usage());
        } catch (Spent e) {
            return spent(e);
        } catch (OutOfMemoryError e) {
            return spent(new Spent(Spent.What.MEMORY, "The call found no memory left on this node"));
        } finally {
            calling.end();
            budget.end();
        }
    }

    private Outcome spent(Spent spent) {
        return switch (spent.what()) {
            case TIME -> new Outcome.Stopped(usage());
            case SUSPENDED ->
                new Outcome.Suspended(
                        calling.turns().main().tasks.stream()
                                .map(task -> new Outcome.Frame(task.reference(), task.place()))
                                .toList(),
                        usage());
            case CROWDED ->
                new Outcome.Failed(Fault.of(Fault.QUOTA_EXCEEDED, Fault.Owner.PLATFORM, spent.getMessage()), usage());
            case STEPS -> limit(Fault.CPU_LIMIT, spent, "{}");
            case MEMORY ->
                limit(
                        Fault.MEMORY_LIMIT,
                        spent,
                        "{\"limit\":{\"memory_limit_mb\":" + launch.limits().memoryMb() + "}" + observed() + "}");
        };
    }

    private String observed() {
        long largest = budget.largest();
        return largest == 0 ? "" : ",\"observed\":{\"max_memory_used_mb\":" + (largest >> 10) / 1024.0 + "}";
    }

    private Outcome limit(String id, Spent spent, String details) {
        return new Outcome.Failed(
                new Fault(id, Fault.Owner.FUNCTION, spent.getMessage(), Bytes.utf8(details), Optional.empty()),
                usage());
    }

    private Outcome.Usage usage() {
        long computed = System.nanoTime() - started - calling.waitedNanos();
        return new Outcome.Usage(Duration.ofNanos(Math.max(0, computed)), budget.largest(), budget.used(), true);
    }

    private JsonNode output() {
        Line main = calling.turns().main();
        try {
            return switch (invocation.entry()) {
                case Entry.Main() -> whole(main);
                case Entry.Hook hook -> function(main, hook.function(), Json.read(hook.context()));
                case Entry.Compensation undone -> undo(main, undone);
            };
        } catch (Runner.End end) {
            return end.output();
        }
    }

    private JsonNode undo(Line main, Entry.Compensation undone) {
        Optional<Undo> undo = Optional.ofNullable(flow.undoings().get(undone.function()));
        if (undo.isEmpty()) {
            ObjectNode input = Json.object();
            input.set("input", Json.read(undone.stepInput()));
            input.set("output", Json.read(undone.stepOutput().orElse(Bytes.utf8("null"))));
            return function(main, undone.function(), input);
        }
        ObjectNode input = Undoing.input(undone);
        return runner.output(main, undo.get().task(), input, Undoing.restored(undone, vars(main, input)));
    }

    private JsonNode function(Line main, String name, JsonNode input) {
        Task function = flow.functions().get(name);
        if (function == null) {
            throw Raised.of(
                    "configuration",
                    400,
                    "No such function",
                    "/use/functions has no \"" + name + "\"; it has "
                            + (flow.functions().isEmpty()
                                    ? "none"
                                    : String.join(", ", flow.functions().keySet())));
        }
        return runner.output(main, function, input, vars(main, input));
    }

    private JsonNode whole(Line main) {
        JsonNode raw = Json.read(invocation.input());
        Vars vars = vars(main, raw);
        JsonNode input = flow.input().map(from -> from.in(vars)).orElse(raw);
        Vars inside = vars.on(input);
        JsonNode data;
        try {
            data = flow.timeout()
                    .map(span ->
                            runner.limited(main, span, inside, own -> runner.list(own, flow.tasks(), input, inside)))
                    .orElseGet(() -> runner.list(main, flow.tasks(), input, inside));
        } catch (Runner.End end) {
            data = end.output();
        }
        Vars after = vars.on(data);
        return flow.output().isPresent() ? flow.output().get().in(after) : data;
    }

    private Vars vars(Line main, JsonNode raw) {
        Map<String, JsonNode> named = new HashMap<>();
        ObjectNode environment = Json.object();
        // in an order of their own: the map's is another one after a restart
        new TreeMap<>(launch.environment())
                .forEach((name, value) -> environment.put(name, Secret.fill(value, invocation.secrets())));
        named.put("ENV", environment);
        // the same whoever replays it: nothing here may tell one release from the next
        named.put(
                "runtime",
                Json.object().put("name", "dovetail").put("version", "1").set("metadata", Json.object()));
        ObjectNode workflow = Json.object().put("id", invocation.executionId());
        workflow.set("definition", flow.definition());
        workflow.set("input", raw);
        if (flow.timed()) {
            workflow.set("startedAt", runner.now(main));
        }
        named.put("workflow", workflow);
        ObjectNode secrets = Json.object();
        List<String> names = flow.secrets();
        // all of them at once: what is read within a step is not read when the step is replayed
        names.forEach(name -> secrets.set(name, calling.value(main, new HostCall.ReadSecret(name))));
        named.put("secrets", secrets);
        return new Vars(new Vars.Common(budget), raw, named);
    }
}
