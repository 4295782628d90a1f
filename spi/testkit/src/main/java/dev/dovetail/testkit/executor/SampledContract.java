package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Contract;
import dev.dovetail.testkit.Opened;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the parts of an executor's contract share: samples, and how they are started and called. */
@ExtendWith(Opened.class)
public interface SampledContract extends Contract<ExecutorProvider> {
    /** The source file of a sample, which is copied to where the default handler looks for it. */
    Path sample(Sample which);

    /** The runtime to test. */
    default ExecutorProvider.Runtime runtime() {
        return provider().runtimes().stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError("the provider has no runtime (rule executor/21)"));
    }

    /** What the name of the file begins with that a sample is copied to. */
    default String fileName() {
        String handler = runtime().handler();
        if (handler.lastIndexOf('.') < 1) {
            throw new AssertionError("the default handler \"" + handler + "\" of the runtime "
                    + runtime().name() + " does not have the form file.function (rule executor/21)");
        }
        return handler.substring(0, handler.lastIndexOf('.'));
    }

    /** The limits that samples run under; enough for {@link Sample#LOOP} to be interrupted before it reaches one. */
    default Limits limits() {
        return Samples.LIMITS;
    }

    /** A version of this sample in a new folder. */
    default Launch launch(Context context, Sample which) throws Exception {
        return launch(context, which, limits(), Map.of(), new Lines());
    }

    default Launch launch(
            Context context, Sample which, Limits limits, Map<String, String> environment, Launch.LogSink logs)
            throws Exception {
        Path code = Files.createTempDirectory(context.home(), "code");
        // as the kernel keeps code: a worker may run as another user
        Files.setPosixFilePermissions(code, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.copy(sample(which), code.resolve(fileName() + runtime().suffix()));
        return Samples.launch(runtime().name(), code, runtime().handler(), limits, environment, logs);
    }

    default Outcome invoke(Instance instance, String input, FakeHost host) {
        Outcome outcome = instance.invoke(Samples.invocation(input), host);
        // whoever still speaks to the host now breaks rule host/1
        host.die();
        return outcome;
    }

    default String returned(Outcome outcome) {
        String why = outcome instanceof Outcome.Failed failed
                ? failed.fault() + " " + failed.fault().details().text()
                : outcome.toString();
        return assertInstanceOf(Outcome.Returned.class, outcome, why).body().text();
    }

    default Fault failed(Outcome outcome) {
        return assertInstanceOf(Outcome.Failed.class, outcome, outcome::toString)
                .fault();
    }
}
