package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.eval.Program;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Launch;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

/**
 * A version as it was started, and what its calls need beside it.
 *
 * @param module the loaded file
 * @param threads for steps that run at once
 * @param faults what is reported of an error of the code's
 */
public record Deployed(Launch launch, Program.Module module, ThreadFactory threads, Function<Failure, Fault> faults) {}
