package dev.dovetail.executor.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.ArrayIndexPath;
import net.thisptr.jackson.jq.path.Path;

/**
 * A part of an expression that counts whenever it is evaluated and whenever it gives a value.
 *
 * @param makes whether its values are new ones, which have to be measured, and not parts of what is there
 * @param gathered whether its values are gathered, so that they are there all at once
 */
record Guard(Expression part, boolean makes, boolean gathered) implements Expression {
    /** An assignment to an element fills the elements before it. */
    static final int HIGHEST_INDEX = 100_000;

    @Override
    public void apply(Scope scope, JsonNode in, Path at, PathOutput output, boolean requirePath)
            throws JsonQueryException {
        Budget budget = Budget.CURRENT.get();
        budget.enter();
        try {
            long[] sum = new long[1];
            part.apply(
                    scope,
                    in,
                    at,
                    (value, path) -> {
                        budget.step();
                        if (gathered) {
                            sum[0] += budget.measure(value);
                            budget.room(sum[0]);
                        } else if (makes) {
                            budget.measure(value);
                        }
                        if (path instanceof ArrayIndexPath index) {
                            checkIndex(index.index);
                        }
                        output.emit(value, path);
                    },
                    requirePath);
        } finally {
            budget.leave();
        }
    }

    static void checkIndex(JsonNode index) throws JsonQueryException {
        if (index.isNumber() && index.asDouble() > HIGHEST_INDEX) {
            throw new JsonQueryException("Array index too large: " + index + "; at most " + HIGHEST_INDEX);
        }
    }

    @Override
    public String toString() {
        return part.toString();
    }
}
