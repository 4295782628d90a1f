package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.syntax.Flaw;
import dev.dovetail.executor.starlark.syntax.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a function's code must be beyond correct Starlark: it has the handler, which takes a context and an input. */
final class Checks {
    private Checks() {}

    static List<Flaw> of(Tree.Module module, String function) {
        List<Flaw> flaws = new ArrayList<>();
        handler(module, function).ifPresent(flaws::add);
        return flaws;
    }

    private static Optional<Flaw> handler(Tree.Module module, String function) {
        String remedy = "write: def " + function + "(ctx, input):";
        for (Tree.Stmt statement : module.body()) {
            if (statement instanceof Tree.Def(int at, Tree.Function def)
                    && def.name().equals(function)) {
                return takesTwo(def)
                        ? Optional.empty()
                        : Optional.of(Flaw.of(
                                "HANDLER_PARAMETERS",
                                "The handler \"" + function + "\" does not take two parameters",
                                at,
                                remedy));
            }
        }
        return Optional.of(Flaw.of("HANDLER_NOT_FOUND", "The handler \"" + function + "\" is not defined", 0, remedy));
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
