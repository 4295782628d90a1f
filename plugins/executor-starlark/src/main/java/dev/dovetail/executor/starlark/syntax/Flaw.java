package dev.dovetail.executor.starlark.syntax;

import dev.dovetail.spi.executor.Problem;
import java.util.Optional;

/**
 * Something wrong with a program that can be seen without running it.
 *
 * @param code a word for programs, such as {@code SYNTAX_ERROR}
 * @param at offset into the source
 */
public record Flaw(String code, String message, int at, Optional<String> remedy, boolean warning) {
    public static Flaw of(String code, String message, int at) {
        return new Flaw(code, message, at, Optional.empty(), false);
    }

    public static Flaw of(String code, String message, int at, String remedy) {
        return new Flaw(code, message, at, Optional.of(remedy), false);
    }

    /** The flaw as the executor's caller is told of it. */
    public Problem problem(Source source) {
        return new Problem(
                code,
                warning ? Problem.Severity.WARNING : Problem.Severity.ERROR,
                message,
                Optional.of(source.place(at)),
                Optional.of(source.snippet(at)),
                remedy);
    }

    /** Ends parsing at the first flaw. */
    public static final class Found extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Flaw flaw;

        Found(Flaw flaw) {
            super(flaw.message(), null, false, false);
            this.flaw = flaw;
        }

        public Flaw flaw() {
            return flaw;
        }
    }
}
