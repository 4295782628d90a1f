package dev.dovetail.kernel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.kernel.catalog.Scaling;
import dev.dovetail.kernel.catalog.Scaling.Metric;
import dev.dovetail.spi.executor.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is measured of a version says how many workers it is to have. */
@Tag("SL-03")
final class DemandTest {
    private static final int MEMORY_MB = 100;
    private static final Duration COOLDOWN = Duration.ofMinutes(5);

    private final Load load = new Load();
    private final Demand demand = new Demand(load);
    private final Map<String, Double> values = new HashMap<>();
    private long now;

    private int after(Duration passed, int fresh, Metric... metrics) {
        now += passed.toNanos();
        Scaling scaling =
                new Scaling(0, 20, 0, Duration.ZERO, COOLDOWN, 0, Duration.ZERO, List.of(), List.of(metrics), false);
        return demand.instances(scaling, MEMORY_MB, fresh, name -> values.getOrDefault(name, Double.NaN), now);
    }

    private int round(int fresh, Metric... metrics) {
        return after(Demand.ROUND, fresh, metrics);
    }

    private void used(Duration cpu, int megabytes) {
        load.used(new Outcome.Usage(cpu, megabytes * 1024L * 1024L, 0, true));
    }

    @Test
    void workersAreAddedUntilNoneIsBusierThanTheTarget() {
        Metric cpu = new Metric("cpu", 70);
        used(Duration.ofHours(1), 1);
        assertEquals(0, round(2, cpu), "what was before it was asked for does not count");
        used(Duration.ofSeconds(12), 1);
        used(Duration.ofSeconds(7), 1);
        assertEquals(0, after(Duration.ofSeconds(9), 2, cpu), "not before the round is over");
        assertEquals(3, after(Duration.ofSeconds(1), 2, cpu), "190 % on 70 % each");
        used(Duration.ofSeconds(20), 1);
        assertEquals(3, round(3, cpu), "200 % on 3 are within a tenth of 70 %");
        used(Duration.ofSeconds(10_000), 1);
        assertEquals(20, round(3, cpu), "no more than the function may have");
    }

    @Test
    void memoryIsThatOfTheAverageCallBesideTheLimit() {
        Metric memory = new Metric("memory", 80);
        round(4, memory);
        used(Duration.ZERO, 100);
        used(Duration.ZERO, 90);
        used(Duration.ZERO, 0);
        assertEquals(5, round(4, memory), "95 % on 4, what used nothing that is known left out");
        used(Duration.ZERO, 20);
        assertEquals(5, round(5, memory), "less is needed, but only since now");
    }

    @Test
    void whatTheCodeMeasuresIsSharedOut() {
        Metric orders = new Metric("orders.waiting", 10);
        values.put("orders.waiting", 41.0);
        round(1, orders);
        assertEquals(5, round(1, orders));
        values.put("orders.waiting", 52.0);
        assertEquals(5, round(5, orders), "within a tenth");
        values.clear();
        assertEquals(5, round(5, orders), "it may be measured again");
        assertEquals(0, after(COOLDOWN, 5, orders), "not for five minutes");
        values.put("orders.waiting", -3.0);
        assertEquals(0, round(1, orders), "less than nothing needs nobody");
    }

    @Test
    void thereAreFewerOnlyWhenFewerWouldHaveDoneForTheWholeTime() {
        Metric orders = new Metric("orders", 1);
        values.put("orders", 6.0);
        round(1, orders);
        assertEquals(6, round(1, orders));
        values.put("orders", 2.0);
        for (Duration at = Demand.ROUND; at.compareTo(COOLDOWN) < 0; at = at.plus(Demand.ROUND)) {
            assertEquals(6, round(6, orders), at.toString());
        }
        assertEquals(2, round(6, orders));
        values.put("orders", 4.0);
        assertEquals(4, round(2, orders), "up goes at once");
    }

    @Test
    void theMetricThatNeedsMostCountsAndWithoutAnyThereIsNoDemand() {
        values.put("a", 3.0);
        values.put("b", 7.0);
        Metric a = new Metric("a", 1);
        Metric b = new Metric("b", 1);
        round(1, a, b);
        assertEquals(7, round(1, a, b));
        assertEquals(0, round(7));
        assertEquals(0, round(7, a, b), "it begins anew");
        assertEquals(7, round(7, a, b));
    }
}
