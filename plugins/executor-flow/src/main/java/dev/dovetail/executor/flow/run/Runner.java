package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.executor.flow.plan.Flow;
import dev.dovetail.executor.flow.plan.Span;
import dev.dovetail.executor.flow.plan.Task;
import dev.dovetail.executor.flow.plan.Undo;
import dev.dovetail.executor.flow.plan.Work;
import dev.dovetail.spi.host.HostCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Runs the tasks of one call. */
final class Runner {
    private final Flow flow;
    private final Calling calling;
    private final Works works;

    Runner(Flow flow, Calling calling, Works works) {
        this.flow = flow;
        this.calling = calling;
        this.works = works;
    }

    /** Ends the workflow from wherever it stands. */
    static final class End extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient JsonNode output;

        End(JsonNode output) {
            super("the workflow is at its end", null, false, false);
            this.output = output;
        }

        JsonNode output() {
            return output;
        }
    }

    /** What a task gives, and where it leads. */
    private record Done(JsonNode output, String then) {}

    /** Runs a list of tasks, each on the output of the one before it. */
    JsonNode list(Line line, List<Task> tasks, JsonNode input, Vars vars) {
        JsonNode data = input;
        int next = 0;
        while (next < tasks.size()) {
            vars.common().budget.step();
            Done done = task(line, tasks.get(next), data, vars);
            data = done.output();
            switch (done.then()) {
                case "continue" -> next++;
                case "exit" -> next = tasks.size();
                case "end" -> throw new End(data);
                default -> next = index(tasks, done.then());
            }
        }
        return data;
    }

    private static int index(List<Task> tasks, String name) {
        for (int i = 0; i < tasks.size(); i++) {
            if (tasks.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalStateException("There is no task \"" + name + "\", though the document was checked");
    }

    /** Runs a task for its output only. */
    JsonNode output(Line line, Task task, JsonNode input, Vars vars) {
        return task(line, task, input, vars).output();
    }

    private Done task(Line line, Task task, JsonNode raw, Vars around) {
        line.tasks.push(task);
        try {
            Vars before = around.on(raw).with("task", described(line, task, raw));
            if (task.when().isPresent() && !before.truth(task.when().get())) {
                return new Done(raw, "continue");
            }
            JsonNode input = task.input().map(from -> from.in(before)).orElse(raw);
            Vars inside = before.on(input).with("input", input);
            Optional<Undo> undo = flow.undo(task).filter(_ -> !Undoing.isStep(task.work()));
            // what cannot be kept is not begun
            undo.ifPresent(each -> Undoing.kept(each, inside));
            Done done = within(line, task.timeout(), inside, own -> work(own, task, inside));
            undo.ifPresent(each -> calling.done(line, task.reference(), Undoing.kept(each, inside, done.output())));
            Vars after = inside.on(done.output()).withTask("output", done.output());
            JsonNode output = task.output().map(as -> as.in(after)).orElse(done.output());
            task.export()
                    .ifPresent(as ->
                            around.common().context = as.in(after.on(output).with("output", output)));
            return new Done(output, done.then());
        } catch (Raised e) {
            throw e.through(task);
        } finally {
            line.tasks.pop();
        }
    }

    private ObjectNode described(Line line, Task task, JsonNode raw) {
        ObjectNode described = Json.object().put("name", task.name()).put("reference", task.reference());
        described.set("definition", task.definition());
        described.set("input", raw);
        if (flow.timed()) {
            described.set("startedAt", now(line));
        }
        return described;
    }

    /** The time, as the DSL has it. */
    ObjectNode now(Line line) {
        String text = calling.value(line, new HostCall.Now()).asText();
        Instant time = Instant.parse(text);
        ObjectNode described = Json.object().put("iso8601", text);
        described.putObject("epoch").put("seconds", time.getEpochSecond()).put("milliseconds", time.toEpochMilli());
        return described;
    }

    private Done work(Line line, Task task, Vars vars) {
        if (task.work() instanceof Work.Choice(List<Work.Case> cases)) {
            return new Done(vars.it(), choice(cases, vars).orElse(task.then()));
        }
        return new Done(works.run(this, line, task, vars), task.then());
    }

    private static Optional<String> choice(List<Work.Case> cases, Vars vars) {
        Optional<String> standard = Optional.empty();
        for (Work.Case each : cases) {
            if (each.when().isEmpty()) {
                standard = Optional.of(each.then());
            } else if (vars.truth(each.when().get())) {
                return Optional.of(each.then());
            }
        }
        return standard;
    }

    /** Does something, for so long at most. */
    private Done within(Line line, Optional<Span> timeout, Vars vars, Function<Line, Done> body) {
        if (timeout.isEmpty()) {
            return body.apply(line);
        }
        Done[] done = new Done[1];
        limited(line, timeout.get(), vars, own -> {
            done[0] = body.apply(own);
            return done[0].output();
        });
        return done[0];
    }

    /** Does something on a line of its own, which is dropped when the time is over. */
    JsonNode limited(Line line, Span span, Vars vars, Function<Line, JsonNode> body) {
        Duration most = vars.duration(span);
        Ticket timer = calling.ask(line, new HostCall.Sleep(most));
        Branch branch = calling.turns().begin(line, body);
        return calling.with(List.of(branch), () -> {
            try {
                calling.until(line, () -> branch.ended() || timer.answered());
            } finally {
                timer.abandon();
            }
            if (branch.ended()) {
                return branch.output();
            }
            throw Raised.of("timeout", 408, "It took too long", "It has not ended within " + most);
        });
    }

    Calling calling() {
        return calling;
    }

    Flow flow() {
        return flow;
    }
}
