package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.dovetail.executor.flow.plan.Span;
import dev.dovetail.executor.flow.plan.Task;
import dev.dovetail.executor.flow.plan.Undo;
import dev.dovetail.executor.flow.plan.Value;
import dev.dovetail.executor.flow.plan.Work;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Does what tasks of every kind do. */
final class Works {
    private final Questions questions;

    Works(Questions questions) {
        this.questions = questions;
    }

    JsonNode run(Runner runner, Line line, Task task, Vars vars) {
        Calling calling = runner.calling();
        return switch (task.work()) {
            case Work.Sequence(List<Task> tasks) -> runner.list(line, tasks, vars.it(), vars);
            case Work.Assign(Value data) -> data.in(vars);
            case Work.Loop loop -> loop(runner, line, loop, vars);
            case Work.Split split -> split(runner, line, split, vars);
            case Work.Attempt attempt -> new Attempts(runner, line, attempt, vars).run();
            case Work.Raise(Value error) -> throw raised(error.in(vars));
            case Work.Pause(Span span) -> {
                Duration duration = vars.duration(span);
                calling.value(line, new HostCall.Sleep(duration));
                yield vars.it();
            }
            case Work.Request request ->
                step(
                        runner,
                        line,
                        task,
                        Json.object()
                                .put("call", "http")
                                .put("method", Json.shown(request.method().in(vars))),
                        vars,
                        _ -> Requests.send(calling, line, request, vars));
            case Work.Invoke invoke -> invoke(runner, line, task, invoke, vars);
            case Work.Reuse(String name, Optional<Value> input) -> {
                Task function = runner.flow().functions().get(name);
                yield runner.output(
                        line, function, input.map(with -> with.in(vars)).orElse(vars.it()), vars);
            }
            case Work.Ask(String function, Value arguments) ->
                questions.ask(calling, line, function, arguments.in(vars), vars.it());
            case Work.Emit(Value event) -> emit(runner, line, task, event, vars);
            case Work.Listen listen -> Events.listen(calling, line, listen, vars);
            case Work.Choice _ -> throw new IllegalStateException("A choice does nothing of its own");
        };
    }

    private static JsonNode step(
            Runner runner, Line line, Task task, ObjectNode told, Vars vars, Function<String, JsonNode> code) {
        Optional<Undo> undo = runner.flow().undo(task);
        undo.ifPresent(each -> told.setAll(Undoing.kept(each, vars)));
        return runner.calling().step(line, task.reference(), told, undo.isPresent(), code);
    }

    private static JsonNode loop(Runner runner, Line line, Work.Loop loop, Vars vars) {
        JsonNode items = vars.value(loop.in());
        if (!items.isArray()) {
            throw Raised.expression(loop.in().text().strip() + " gives "
                    + items.getNodeType().name().toLowerCase(Locale.ROOT) + "; expected an array");
        }
        JsonNode data = vars.it();
        int index = 0;
        for (JsonNode item : items) {
            vars.common().budget.step();
            Vars round = vars.on(data).with(loop.each(), item).with(loop.at(), new IntNode(index++));
            if (loop.during().isPresent() && !round.truth(loop.during().get())) {
                break;
            }
            data = runner.list(line, loop.tasks(), data, round);
        }
        return data;
    }

    private static JsonNode split(Runner runner, Line line, Work.Split split, Vars vars) {
        Calling calling = runner.calling();
        List<Branch> branches = new ArrayList<>();
        return calling.with(branches, () -> {
            for (Task task : split.branches()) {
                branches.add(calling.turns().begin(line, own -> runner.output(own, task, vars.it(), vars)));
            }
            calling.until(
                    line,
                    () -> branches.stream().anyMatch(Branch::failed)
                            || (split.compete()
                                    ? branches.stream().anyMatch(Branch::ended)
                                    : branches.stream().allMatch(Branch::ended)));
            branches.stream().filter(Branch::failed).findFirst().ifPresent(Branch::output);
            if (split.compete()) {
                return branches.stream()
                        .filter(Branch::ended)
                        .findFirst()
                        .orElseThrow()
                        .output();
            }
            ArrayNode outputs = JsonNodeFactory.instance.arrayNode();
            branches.forEach(branch -> outputs.add(branch.output()));
            return outputs;
        });
    }

    private static Raised raised(JsonNode error) {
        ObjectNode own = error.deepCopy() instanceof ObjectNode object ? object : Json.object();
        JsonNode status = own.path("status");
        Optional<Integer> number = status.isInt()
                ? Optional.of(status.intValue())
                : Json.find(status.asText()).filter(JsonNode::isInt).map(JsonNode::intValue);
        if (!own.path("type").isTextual() || number.isEmpty()) {
            return Raised.expression("raise gives " + error
                    + "; expected an error with a type, which is text, and a status, which is a number");
        }
        own.put("status", number.get());
        for (String text : List.of("title", "detail", "instance")) {
            if (own.has(text) && !own.get(text).isTextual()) {
                own.put(text, Json.shown(own.get(text)));
            }
        }
        return Raised.of(own);
    }

    /**
     * Not in a step, unless something undoes it: who it calls may take days, and the journal keeps a call's answer as it keeps a
     * step's. Only a step is undone whose end nobody knows.
     */
    private static JsonNode invoke(Runner runner, Line line, Task task, Work.Invoke invoke, Vars vars) {
        Calling calling = runner.calling();
        if (invoke.lasting() || runner.flow().undo(task).isEmpty()) {
            return invoke(calling, line, invoke, vars);
        }
        ObjectNode told = Json.object().put("call", invoke.callable());
        try {
            return step(runner, line, task, told, vars, _ -> invoke(calling, line, invoke, vars));
        } catch (Raised e) {
            // nobody knew it when the document was deployed
            boolean workflow = e.error().path("fault").asText().endsWith("suspend_in_step.v1~");
            throw workflow
                    ? Raised.of(
                            "configuration",
                            400,
                            "A workflow was called as if it were a function",
                            "\"" + invoke.callable() + "\" is a workflow; expected run: {workflow: {name: "
                                    + invoke.callable() + "}}, which can be undone")
                    : e;
        }
    }

    private static JsonNode invoke(Calling calling, Line line, Work.Invoke invoke, Vars vars) {
        JsonNode input = invoke.input().map(with -> with.in(vars)).orElse(vars.it());
        JsonNode answer = calling.value(
                line,
                new HostCall.Invoke(
                        invoke.callable(),
                        Json.bytes(input),
                        invoke.awaited() ? HostCall.Mode.SYNC : HostCall.Mode.ASYNC,
                        Duration.ZERO,
                        invoke.awaited() ? HostCall.ParentClose.CANCEL : HostCall.ParentClose.ABANDON));
        return invoke.awaited() ? answer : vars.it();
    }

    private static JsonNode emit(Runner runner, Line line, Task task, Value event, Vars vars) {
        Calling calling = runner.calling();
        ObjectNode own = event.in(vars) instanceof ObjectNode object ? object : Json.object();
        if (!own.path("type").isTextual()) {
            throw Raised.expression("the event's type is " + own.path("type") + "; expected text");
        }
        ObjectNode told = Json.object();
        told.set("topic", own.get("type"));
        told.set("payload", own.path("data").isMissingNode() ? Json.object().nullNode() : own.get("data"));
        return step(runner, line, task, Json.object().put("call", "emit"), vars, effect -> {
            Bytes arguments = Json.bytes(told);
            JsonNode time = calling.value(line, new HostCall.Now());
            calling.value(line, new HostCall.Other("publish", 1, arguments));
            ObjectNode whole = Json.object().put("specversion", "1.0").put("id", effect);
            whole.set("time", time);
            whole.setAll(own);
            if (!whole.has("source")) {
                whole.set("source", new TextNode("dovetail"));
            }
            return whole;
        });
    }
}
