package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.syntax.Flaw;
import dev.dovetail.executor.starlark.syntax.Tree;
import dev.dovetail.executor.starlark.syntax.Walk;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds what only workflows have in a file that is otherwise right, at its first place each: warnings whose code begins with
 * {@code USES_}, of which whoever calls the executor makes what the version's kind makes of them.
 */
final class Uses {
    /** A sleep that is written down and no longer than this keeps nobody waiting. */
    private static final long SHORT_MILLIS = 1000;

    /** What is found, and what becomes of it in a function. */
    private enum Use {
        STEP("A function has no steps: the call is refused"),
        COMPENSATION("What a function did is not undone"),
        EVENT("A function does not wait for events: the call is refused"),
        APPROVAL("A function does not wait for people: the call is refused"),
        SLEEP("A function that sleeps holds its instance meanwhile, and does not outlive its timeout or a restart"),
        CHECKPOINT("A function has no snapshots: nothing is taken");

        private final String inFunction;

        Use(String inFunction) {
            this.inFunction = inFunction;
        }
    }

    private static final Map<String, Use> BY_NAME = Map.ofEntries(
            Map.entry("r_step_v1", Use.STEP),
            Map.entry("r_run_step_v1", Use.STEP),
            Map.entry("r_run_steps_parallel_v1", Use.STEP),
            Map.entry("steps.define", Use.STEP),
            Map.entry("steps.run", Use.STEP),
            Map.entry("steps.parallel", Use.STEP),
            Map.entry("r_wait_event_v1", Use.EVENT),
            Map.entry("events.wait", Use.EVENT),
            Map.entry("r_approval_v1", Use.APPROVAL),
            Map.entry("approval", Use.APPROVAL),
            Map.entry("r_sleep", Use.SLEEP),
            Map.entry("r_sleep_v1", Use.SLEEP),
            Map.entry("sleep", Use.SLEEP),
            Map.entry("r_snapshot_v1", Use.CHECKPOINT),
            Map.entry("checkpoint", Use.CHECKPOINT));

    private final Predicate<String> context;
    private final Map<Use, Flaw> found = new EnumMap<>(Use.class);

    private Uses(Predicate<String> context) {
        this.context = context;
    }

    /** @param context whether a context is called so in this file */
    static List<Flaw> of(Tree.Module module, Predicate<String> context) {
        Uses uses = new Uses(context);
        Walk.over(module.body(), expression -> {
            if (expression instanceof Tree.Call call) {
                uses.call(call);
            }
        });
        return List.copyOf(uses.found.values());
    }

    private void call(Tree.Call call) {
        Optional<Use> use = name(call.function()).map(BY_NAME::get);
        if (use.isEmpty() || use.get() == Use.SLEEP && isShort(call)) {
            return;
        }
        add(use.get(), call.function().at());
        if (use.get() == Use.STEP) {
            StepCalls.undoing(call).ifPresent(undo -> add(Use.COMPENSATION, undo.at()));
        }
    }

    private void add(Use use, int at) {
        found.putIfAbsent(
                use,
                new Flaw(
                        "USES_" + use, use.inFunction, at, Optional.of("deploy it with \"kind\": \"workflow\""), true));
    }

    /** What is called, without the context that it is called on. */
    private Optional<String> name(Tree.Expr function) {
        return switch (function) {
            case Tree.Name(int _, String name) -> Optional.of(name).filter(it -> it.startsWith("r_"));
            case Tree.Dot(int _, Tree.Name(int _, String object), String name)
            when context.test(object) -> Optional.of(name);
            case Tree.Dot(int _, Tree.Dot(int _, Tree.Name(int _, String object), String group), String name)
            when context.test(object) -> Optional.of(group + "." + name);
            default -> Optional.empty();
        };
    }

    private static boolean isShort(Tree.Call call) {
        return call.arguments().size() == 1
                && call.arguments().getFirst().value() instanceof Tree.Literal(int _, Object value)
                && value instanceof Long millis
                && millis <= SHORT_MILLIS;
    }
}
