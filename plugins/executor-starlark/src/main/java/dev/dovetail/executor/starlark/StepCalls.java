package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.host.HostFunctions;
import dev.dovetail.executor.starlark.syntax.Flaw;
import dev.dovetail.executor.starlark.syntax.Tree;
import dev.dovetail.executor.starlark.syntax.Walk;
import dev.dovetail.executor.starlark.value.Builtin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks how steps are written down: that their functions take what a step's are given, and that compensations can be
 * called by their name when nothing but the file is left.
 */
final class StepCalls {
    private static final String STEP = "STEP_FUNCTION";
    private static final String COMPENSATION = "COMPENSATION";

    private final Definitions definitions;
    private final List<Flaw> flaws;
    private final List<Tree.Function> contexts = new ArrayList<>();

    private StepCalls(Definitions definitions, List<Flaw> flaws) {
        this.definitions = definitions;
        this.flaws = flaws;
    }

    /** Checks all of a file's, and returns the functions that are given a context, each once. */
    static List<Tree.Function> check(Tree.Module module, List<Flaw> flaws) {
        StepCalls calls = new StepCalls(Definitions.of(module), flaws);
        Walk.over(module.body(), expression -> {
            if (expression instanceof Tree.Call call
                    && call.arguments().stream().noneMatch(StepCalls::spreads)) {
                builtin(call).ifPresent(builtin -> calls.check(call, builtin));
            }
        });
        return calls.contexts;
    }

    private static boolean spreads(Tree.Argument argument) {
        return argument.star() == Tree.Star.ARGS || argument.star() == Tree.Star.KWARGS;
    }

    /** The function that a call is of, however the context is called there. */
    private static Optional<Builtin> builtin(Tree.Call call) {
        return switch (call.function()) {
            case Tree.Name(int _, String name)
            when name.startsWith("r_") ->
                HostFunctions.ALL.get(name) instanceof Builtin found ? Optional.of(found) : Optional.empty();
            case Tree.Dot(int _, Tree.Dot(int _, Tree.Expr _, String group), String name)
            when group.equals("steps") -> HostFunctions.contextFunction("steps." + name);
            default -> Optional.empty();
        };
    }

    private void check(Tree.Call call, Builtin builtin) {
        switch (builtin.name()) {
            case "r_step_v1", "ctx.steps.define" -> {
                argument(call, builtin, 1).ifPresent(function -> function(builtin.name(), function));
                argument(call, builtin, 2).ifPresent(undo -> compensation(builtin.name(), undo));
            }
            case "r_run_step_v1", "ctx.steps.run" -> run(call, builtin);
            case "r_run_steps_parallel_v1", "ctx.steps.parallel" ->
                argument(call, builtin, 0).ifPresent(steps -> parallel(builtin.name(), steps));
            default -> {}
        }
    }

    /** What a call of a step's function names as what undoes the step. */
    static Optional<Tree.Expr> undoing(Tree.Call call) {
        return builtin(call)
                .flatMap(builtin -> switch (builtin.name()) {
                    case "r_step_v1", "ctx.steps.define" -> argument(call, builtin, 2);
                    case "r_run_step_v1", "ctx.steps.run" -> argument(call, builtin, 6);
                    default -> Optional.empty();
                })
                .filter(undo -> !HostCalls.typeOf(undo).equals("None"));
    }

    /** What is given for the parameter of this number. */
    private static Optional<Tree.Expr> argument(Tree.Call call, Builtin builtin, int parameter) {
        String name = builtin.signature().parameters().get(parameter);
        int position = 0;
        for (Tree.Argument argument : call.arguments()) {
            if (argument.star() == Tree.Star.NONE
                    ? position++ == parameter
                    : argument.name().equals(name)) {
                return Optional.of(argument.value());
            }
        }
        return Optional.empty();
    }

    private void run(Tree.Call call, Builtin builtin) {
        Optional<Tree.Expr> step = argument(call, builtin, 0);
        Optional<Tree.Expr> function = argument(call, builtin, 1);
        String kind = step.map(HostCalls::typeOf).orElse("");
        if (kind.equals("string")) {
            if (function.isEmpty() || argument(call, builtin, 2).isEmpty()) {
                String message = builtin.name() + "() with a step's name needs its function and an input too";
                flaws.add(Flaw.of("ARGUMENTS", message, call.at(), "write (\"name\", fn, input) or (step, input)"));
            }
            function.ifPresent(fn -> function(builtin.name(), fn));
        } else if (!kind.isEmpty()) {
            String message = builtin.name() + "() takes a step or a step's name first, not " + kind;
            flaws.add(Flaw.of("ARGUMENT_TYPE", message, step.orElseThrow().at()));
        } else {
            function.filter(fn -> definitions.find(fn).isPresent()).ifPresent(fn -> function(builtin.name(), fn));
        }
        argument(call, builtin, 6).ifPresent(undo -> compensation(builtin.name(), undo));
    }

    private void parallel(String caller, Tree.Expr steps) {
        List<Tree.Expr> items = switch (steps) {
            case Tree.Sequence sequence -> sequence.items();
            case Tree.Comprehension comprehension -> List.of(comprehension.body());
            default -> List.of();
        };
        for (Tree.Expr item : items) {
            String kind = HostCalls.typeOf(item);
            List<Tree.Expr> parts = item instanceof Tree.Sequence sequence ? sequence.items() : List.of();
            boolean named =
                    !parts.isEmpty() && HostCalls.typeOf(parts.getFirst()).equals("string");
            if (parts.size() == 3) {
                function(caller, parts.get(1));
            } else if (!kind.isEmpty() && (parts.size() != 2 || named)) {
                String message = caller + "() takes (step, input) or (name, fn, input) for each step, not "
                        + (parts.isEmpty() ? kind : kind + " of " + parts.size());
                flaws.add(Flaw.of("ARGUMENT_TYPE", message, item.at()));
            }
        }
    }

    private void function(String caller, Tree.Expr given) {
        String kind = HostCalls.typeOf(given);
        if (!kind.isEmpty() && !kind.equals("function")) {
            flaws.add(Flaw.of("ARGUMENT_TYPE", caller + "() takes a function for fn, not " + kind, given.at()));
            return;
        }
        definitions.find(given).ifPresent(function -> {
            if (!Checks.takes(function, 2)) {
                String message = "The step's function \"" + function.name() + "\" does not take two parameters";
                flaws.add(Flaw.of(STEP, message, given.at(), "write: def " + function.name() + "(ctx, step_input):"));
            } else {
                sees(function);
            }
        });
    }

    private void compensation(String caller, Tree.Expr given) {
        String kind = HostCalls.typeOf(given);
        if (!kind.isEmpty() && !kind.equals("function") && !kind.equals("None")) {
            String message = caller + "() takes a function for the compensation, not " + kind;
            flaws.add(Flaw.of("ARGUMENT_TYPE", message, given.at()));
        } else if (kind.equals("function") || definitions.isElsewhere(given)) {
            String message =
                    "A compensation is called by its name later, so it must be defined with def at the file's top";
            flaws.add(Flaw.of(COMPENSATION, message, given.at(), "write: def undo(ctx, step_input, step_output):"));
        } else {
            definitions.find(given).ifPresent(function -> {
                if (!Checks.takes(function, 3)) {
                    String message = "The compensation \"" + function.name() + "\" does not take three parameters";
                    String remedy = "write: def " + function.name() + "(ctx, step_input, step_output):";
                    flaws.add(Flaw.of(COMPENSATION, message, given.at(), remedy));
                } else {
                    sees(function);
                }
            });
        }
    }

    private void sees(Tree.Function function) {
        if (contexts.stream().noneMatch(each -> each == function)) {
            contexts.add(function);
        }
    }
}
