package dev.dovetail.executor.python;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What tests of forked instances ask of them. */
final class Forks {
    static final Map<String, Object> ON = Map.of("isolation-at-most", "strict", "fork-servers", 2);
    static final String ECHO = "def handler(event, context):\n    return event\n";
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private Forks() {}

    static String call(Instance instance, String input) {
        return TestBench.text(instance.invoke(Samples.invocation(input), new FakeHost()));
    }

    static List<String> stages(Instance instance) {
        return instance.stages().stream().map(Instance.Stage::name).toList();
    }

    /** Processes of this one's descent that run a worker. */
    static long workers() {
        return ProcessHandle.current()
                .descendants()
                .filter(each -> each.info()
                        .commandLine()
                        .filter(it -> it.contains("worker.py"))
                        .isPresent())
                .count();
    }

    static Instance closed(Instance instance) {
        instance.close();
        return instance;
    }
}
