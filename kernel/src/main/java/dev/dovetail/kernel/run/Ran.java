package dev.dovetail.kernel.run;

import dev.dovetail.kernel.pool.Cold;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.executor.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param body the answer, if the function returned and kept its contract
 * @param how what starting an instance for it consisted of
 * @param where the code stood when it was suspended, innermost first
 */
public record Ran(Execution execution, Optional<Bytes> body, Cold how, List<Outcome.Frame> where) {
    public Ran {
        where = List.copyOf(where);
    }
}
