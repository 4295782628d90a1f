package dev.dovetail.kernel.telemetry;

import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.stream.LongStream;

/** The instruments that every function's calls are counted and measured with. */
record Instruments(
        LongCounter invocations,
        LongCounter coldStarts,
        LongCounter errors,
        LongCounter throttled,
        LongCounter cache,
        LongUpDownCounter concurrent,
        DoubleHistogram duration,
        DoubleHistogram init,
        DoubleHistogram stage,
        LongHistogram memory) {
    private static final List<Double> SECONDS = List.of(
            0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0,
            900.0);
    private static final List<Long> BYTES = LongStream.iterate(1L << 20, b -> b <= 16L << 30, b -> b * 4)
            .boxed()
            .toList();

    static Instruments of(Meter meter) {
        return new Instruments(
                counter(meter, "functions.invocations.total", "Calls that ended, by how they ended"),
                counter(meter, "functions.invocations.cold_start.total", "Calls for which an instance was started"),
                counter(meter, "functions.invocations.errors.total", "Calls that failed, by what was at fault"),
                counter(meter, "functions.invocations.throttled.total", "Calls refused because a limit was reached"),
                counter(
                        meter,
                        "functions.cache.total",
                        "Calls whose answer may be given again, by whether it was there"),
                meter.upDownCounterBuilder("functions.concurrent.executions")
                        .setDescription("Calls that run now")
                        .build(),
                seconds(meter, "function.duration.seconds", "How long calls took"),
                seconds(meter, "function.init.duration.seconds", "How long instances took to start"),
                seconds(meter, "function.init.stage.seconds", "How long the parts of a start took"),
                meter.histogramBuilder("function.memory.used.bytes")
                        .setDescription("The most memory that calls held at once")
                        .setUnit("By")
                        .ofLongs()
                        .setExplicitBucketBoundariesAdvice(BYTES)
                        .build());
    }

    private static LongCounter counter(Meter meter, String name, String description) {
        return meter.counterBuilder(name).setDescription(description).build();
    }

    private static DoubleHistogram seconds(Meter meter, String name, String description) {
        return meter.histogramBuilder(name)
                .setDescription(description)
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
    }
}
