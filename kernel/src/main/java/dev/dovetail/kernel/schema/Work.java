package dev.dovetail.kernel.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.ValidationLimitExceededException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.JsonNodeException;

/**
 * Checks values within limits: the steps of a check grow with the value's size and not with what the schema makes of it. A step is a
 * schema or a keyword that is applied to a value.
 */
final class Work {
    /** For a value whose size nobody counted, as of schemas of the product's own. */
    static final long LARGE = 8 << 20;

    private static final long STEPS = 5_000_000;
    private static final long STEPS_PER_BYTE = 10;
    /** Each fault is kept until all are found, also those of alternatives that do not matter in the end. */
    private static final int MOST_FAULTS = 5_000;

    /** What has to fit on a thread's stack. */
    private static final int DEEPEST = 2_000;

    private static final int MOST_PROBLEMS = 20;

    private Work() {}

    /** @throws Uncheckable if the schema does not come to an end with it */
    static boolean fits(Schema schema, JsonNode value, long bytes) {
        return within(schema, value, steps(bytes), OutputFormat.BOOLEAN, true);
    }

    /**
     * What does not fit, at most twenty; of a value that is wrong in thousands of places perhaps only the first.
     *
     * @throws Uncheckable if the schema does not come to an end with it
     */
    static List<Problem> problems(Schema schema, JsonNode value, long bytes) {
        List<Problem> problems = new ArrayList<>();
        for (Error error : errors(schema, value, bytes)) {
            if (problems.size() == MOST_PROBLEMS) {
                break;
            }
            problems.add(Problem.of(error, value));
        }
        return List.copyOf(problems);
    }

    private static List<Error> errors(Schema schema, JsonNode value, long bytes) {
        try {
            return within(schema, value, steps(bytes), OutputFormat.DEFAULT, false);
        } catch (TooMany e) {
            return within(schema, value, steps(bytes), OutputFormat.DEFAULT, true);
        }
    }

    private static long steps(long bytes) {
        return STEPS + STEPS_PER_BYTE * bytes;
    }

    private static <T> T within(Schema schema, JsonNode value, long steps, OutputFormat<T> format, boolean first) {
        try {
            return written(schema, value, steps, format, first);
        } catch (TooMany e) {
            throw e;
        } catch (StackOverflowError | RuntimeException e) {
            throw told(e);
        }
    }

    private static <T> T written(Schema schema, JsonNode value, long steps, OutputFormat<T> format, boolean first) {
        try {
            return run(schema, value, steps, format, first);
        } catch (JsonNodeException e) {
            return run(
                    schema, Wholes.in(value), steps, format, first); // rare, so that other values are not copied for it
        }
    }

    private static <T> T run(Schema schema, JsonNode value, long steps, OutputFormat<T> format, boolean first) {
        return schema.validate(
                new Counted(schema.createExecutionContext().getExecutionConfig()),
                value,
                format,
                context -> context.executionConfig(limits -> limits.maxEvaluationSteps(steps)
                        .maxEvaluationDepth(DEEPEST)
                        .failFast(first)));
    }

    private static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMany() {
            super("More faults than are kept", null, false, false);
        }
    }

    /** Keeps no more faults than memory is there for. */
    private static final class Counted extends ExecutionContext {
        private int left = MOST_FAULTS;

        Counted(ExecutionConfig config) {
            super(config);
        }

        @Override
        public void addError(Error error) {
            if (!isFailFast() && --left < 0) {
                throw new TooMany();
            }
            super.addError(error);
        }
    }

    private static Uncheckable told(Throwable e) {
        return new Uncheckable(
                switch (e) {
                    case ValidationLimitExceededException limit ->
                        "checking it takes more than " + limit.getLimit()
                                + (limit.getLimitKind() == ValidationLimitExceededException.LimitKind.EVALUATION_DEPTH
                                        ? " schemas inside one another"
                                        : " steps");
                    case StackOverflowError _ -> "checking it leads too deep";
                    default -> Schemas.firstLine(e);
                });
    }
}
