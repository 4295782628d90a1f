package dev.dovetail.executor.custom;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.ExecutorContract;
import dev.dovetail.testkit.executor.Sample;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Programs in bash keep every rule; they ask with curl. */
@Needs({Need.BASH, Need.CURL})
@Tag("RT-26")
class CustomExecutorTest implements ExecutorContract {
    @Override
    public ExecutorProvider provider() {
        return new CustomExecutorProvider();
    }

    @Override
    public Map<String, Object> config() {
        return Map.of("isolation-at-most", "process");
    }

    @Override
    public Path sample(Sample which) {
        return BashSamples.of(which);
    }

    /** What a handler means is for the program to say; what has to be there is the program. */
    @Override
    public List<Launch> withoutHandler(Context context) throws Exception {
        Path code = Files.createTempDirectory(context.home(), "code");
        Files.writeString(code.resolve("main.go"), "package main\n");
        return List.of(Samples.launch(Custom.RUNTIME, code, "bootstrap.handler"));
    }

    @Test
    void whatIsMissingIsNamed(Executor executor, Context context) throws Exception {
        Problem problem = executor.inspect(withoutHandler(context).getFirst()).getFirst();
        assertTrue(problem.message().contains("no file \"bootstrap\""), problem.message());
    }
}
