package dev.dovetail.kernel.pool;

import dev.dovetail.spi.executor.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a cold start consisted of.
 *
 * @param stages in order: {@code queue} (until a start was begun), {@code fetch} (the code onto this machine), then as the
 *     executor tells them apart: {@code sandbox}, {@code start}, {@code load}
 */
public record Cold(List<Instance.Stage> stages) {
    /** Of a call that found a warm instance. */
    public static final Cold NOT = new Cold(List.of());

    public Cold {
        stages = List.copyOf(stages);
    }

    static Cold of(Duration queue, Duration fetch, Duration start, List<Instance.Stage> told) {
        List<Instance.Stage> stages = new ArrayList<>();
        stages.add(new Instance.Stage("queue", queue));
        stages.add(new Instance.Stage("fetch", fetch));
        if (told.isEmpty()) {
            stages.add(new Instance.Stage("start", start));
        } else {
            stages.addAll(told);
        }
        return new Cold(stages);
    }

    public Duration total() {
        return stages.stream().map(Instance.Stage::took).reduce(Duration.ZERO, Duration::plus);
    }
}
