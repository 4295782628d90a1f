package dev.dovetail.kernel.run;

import dev.dovetail.kernel.record.Execution;
import dev.dovetail.spi.Bytes;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param body the answer, if the function returned and kept its contract
 */
public record Ran(Execution execution, Optional<Bytes> body) {}
