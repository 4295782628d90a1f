package dev.dovetail.executor.wasm;

import dev.dovetail.spi.executor.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A module that cannot be a function, and why. */
final class Rejected extends Exception {
    private static final long serialVersionUID = 1;
    private final transient List<Problem> problems;

    Rejected(Problem problem) {
        this(List.of(problem));
    }

    Rejected(List<Problem> problems) {
        super(problems.stream().map(Rejected::words).collect(Collectors.joining("; ")));
        this.problems = problems;
    }

    private static String words(Problem problem) {
        return problem.place().map(place -> place + ": ").orElse("") + problem.message();
    }

    List<Problem> problems() {
        return problems;
    }
}
