package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.syntax.Flaw;
import dev.dovetail.executor.starlark.syntax.Tree;
import dev.dovetail.executor.starlark.syntax.Walk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        } else if (!takes(handler.get().function(), 2)) {
            String message = "The handler \"" + function + "\" does not take two parameters";
            flaws.add(Flaw.of("HANDLER_PARAMETERS", message, handler.get().at(), remedy));
        }
        Walk.over(module.body(), expression -> {
            if (expression instanceof Tree.Call call) {
                HostCalls.check(call, flaws);
            }
        });
        List<Tree.Function> contexts = new ArrayList<>(StepCalls.check(module, flaws));
        handler.map(Tree.Def::function)
                .filter(own -> contexts.stream().noneMatch(each -> each == own))
                .ifPresent(contexts::add);
        Set<String> names = new HashSet<>();
        for (Tree.Function each : contexts) {
            List<Tree.Parameter> parameters = each.parameters();
            if (!parameters.isEmpty() && parameters.getFirst().star() == Tree.Star.NONE) {
                HostCalls.checkContext(each, parameters.getFirst().name(), flaws);
                names.add(parameters.getFirst().name());
            }
        }
        if (flaws.stream().allMatch(Flaw::warning)) {
            flaws.addAll(Uses.of(module, names::contains));
        }
        return flaws;
    }

    private static Optional<Tree.Def> handler(Tree.Module module, String function) {
        return module.body().stream()
                .filter(Tree.Def.class::isInstance)
                .map(Tree.Def.class::cast)
                .filter(def -> def.function().name().equals(function))
                .findFirst();
    }

    /** Whether it can be called with so many positional arguments and nothing else. */
    static boolean takes(Tree.Function function, int count) {
        int most = 0;
        int needed = 0;
        boolean named = false;
        for (Tree.Parameter parameter : function.parameters()) {
            switch (parameter.star()) {
                case ARGS -> {
                    named = true;
                    most += parameter.name().isEmpty() ? 0 : count;
                }
                case NONE -> {
                    if (parameter.standard().isEmpty()) {
                        needed += named ? count + 1 : 1;
                    }
                    most += named ? 0 : 1;
                }
                default -> {}
            }
        }
        return most >= count && needed <= count;
    }
}
