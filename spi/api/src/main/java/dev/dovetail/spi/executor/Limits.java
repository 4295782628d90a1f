package dev.dovetail.spi.executor;

import dev.dovetail.spi.KernelProvided;
import java.time.Duration;
import java.util.Map;

/**
 * What one invocation may use.
 *
 * @param memoryMb mebibytes that the code may hold at once
 * @param timeout the function's own time; waiting for the host counts, time in the kernel's queues does not
 * @param outputBytes size of the answer at most
 * @param own the limits of {@link dev.dovetail.spi.plugin.ExecutorProvider#limitsSchema}, defaults filled in
 */
@KernelProvided
public record Limits(int memoryMb, Duration timeout, int outputBytes, Map<String, Long> own) {
    public Limits {
        own = Map.copyOf(own);
    }
}
