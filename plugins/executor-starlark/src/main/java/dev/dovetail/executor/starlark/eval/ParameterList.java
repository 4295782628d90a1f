package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.syntax.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a function, checked for their order.
 *
 * @param positional how many of the named ones may be given without name
 */
record ParameterList(List<String> named, int positional, Optional<String> rest, Optional<String> keywords) {
    static ParameterList of(Tree.Function function, Compiler compiler) {
        List<String> named = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int positional = -1;
        Optional<String> rest = Optional.empty();
        Optional<String> keywords = Optional.empty();
        boolean standards = false;
        for (Tree.Parameter parameter : function.parameters()) {
            if (!parameter.name().isEmpty() && !seen.add(parameter.name())) {
                wrong(compiler, "Two parameters are called \"" + parameter.name() + "\"", parameter);
            }
            if (keywords.isPresent()) {
                wrong(compiler, "A parameter after **" + keywords.get(), parameter);
            }
            switch (parameter.star()) {
                case ARGS -> {
                    if (positional >= 0) {
                        wrong(compiler, "A second * among the parameters", parameter);
                    }
                    positional = named.size();
                    rest = Optional.of(parameter.name()).filter(name -> !name.isEmpty());
                }
                case KWARGS -> keywords = Optional.of(parameter.name());
                default -> {
                    if (standards && parameter.standard().isEmpty() && positional < 0) {
                        wrong(
                                compiler,
                                "The parameter \"" + parameter.name() + "\" without a default comes after one with",
                                parameter);
                    }
                    standards |= parameter.standard().isPresent();
                    named.add(parameter.name());
                }
            }
        }
        if (positional == named.size() && rest.isEmpty()) {
            wrong(compiler, "No parameter after *", function.parameters().getLast());
        }
        return new ParameterList(named, positional < 0 ? named.size() : positional, rest, keywords);
    }

    private static void wrong(Compiler compiler, String message, Tree.Parameter parameter) {
        compiler.flaw("SYNTAX_ERROR", message, parameter.at(), "the order is: x, y=1, *args or *, z, **kwargs");
    }
}
