package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.syntax.Flaw;
import dev.dovetail.executor.starlark.syntax.Tree;
import dev.dovetail.executor.starlark.syntax.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a function's code must be beyond correct Starlark: it has the handler, which takes a context and an input, and it
 * calls the host as the host can be called.
 */
final class Checks {
    private Checks() {}

    static List<Flaw> of(Tree.Module module, String function) {
        List<Flaw> flaws = new ArrayList<>();
        Optional<Tree.Def> handler = handler(module, function);
        String remedy = "write: def " + function + "(ctx, input):";
        if (handler.isEmpty()) {
            flaws.add(Flaw.of("HANDLER_NOT_FOUND", "The handler \"" + function + "\" is not defined", 0, remedy));
        } else if (!takesTwo(handler.get().function())) {
            String message = "The handler \"" + function + "\" does not take two parameters";
            flaws.add(Flaw.of("HANDLER_PARAMETERS", message, handler.get().at(), remedy));
        }
        Walk.over(module.body(), expression -> {
            if (expression instanceof Tree.Call call) {
                HostCalls.check(call, flaws);
            }
        });
        handler.map(def -> def.function().parameters())
                .filter(parameters ->
                        !parameters.isEmpty() && parameters.getFirst().star() == Tree.Star.NONE)
                .ifPresent(parameters -> HostCalls.checkContext(
                        handler.get().function(), parameters.getFirst().name(), flaws));
        return flaws;
    }

    private static Optional<Tree.Def> handler(Tree.Module module, String function) {
        return module.body().stream()
                .filter(Tree.Def.class::isInstance)
                .map(Tree.Def.class::cast)
                .filter(def -> def.function().name().equals(function))
                .findFirst();
    }

    /** Whether it can be called with two positional arguments and nothing else. */
    private static boolean takesTwo(Tree.Function function) {
        int most = 0;
        int needed = 0;
        boolean named = false;
        for (Tree.Parameter parameter : function.parameters()) {
            switch (parameter.star()) {
                case ARGS -> {
                    named = true;
                    most += parameter.name().isEmpty() ? 0 : 2;
                }
                case NONE -> {
                    if (parameter.standard().isEmpty()) {
                        needed += named ? 3 : 1;
                    }
                    most += named ? 0 : 1;
                }
                default -> {}
            }
        }
        return most >= 2 && needed <= 2;
    }
}
