package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.spi.Fault;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search that ends in the past does not read what is younger. */
class RecordsUntilTest {
    private volatile Instant now = Calls.NOON;

    private Records begin(Plugins plugins) {
        Records begun = new Records(
                plugins.state(), Thread.ofPlatform().daemon().factory(), () -> now, "test" + System.nanoTime());
        begun.start();
        return begun;
    }

    /** None of these is left out, however many there are. */
    private static Execution failed(Instant at) {
        Fault fault = Fault.of(Fault.CODE, Fault.Owner.FUNCTION, "no");
        return Calls.execution(Ids.next(at), "f", at, Duration.ofMillis(5), Optional.of(fault));
    }

    @Test
    void whatIsYoungerThanASearchGoesIsPassedOver(@TempDir Path folder) throws Exception {
        Plugins plugins = Lent.plugins(folder, new InMemoryStateStore());
        Records records = begin(plugins);
        List<String> old = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Execution each = failed(Calls.NOON.plusSeconds(i));
            records.add(each);
            old.addFirst(each.id());
        }
        now = Calls.NOON.plus(Duration.ofHours(2));
        for (int i = 0; i < 21_000; i++) { // more than one search looks at
            records.add(failed(now.plusMillis(i)));
        }
        now = now.plus(Duration.ofMinutes(10));
        records.close();
        records = begin(plugins);
        Instant hour = Calls.NOON.plus(Duration.ofHours(1));
        Records.Found found = records.list(
                Calls.TENANT,
                Optional.empty(),
                any -> true,
                new Records.Between(Calls.NOON.minus(Duration.ofDays(1)), hour),
                "",
                25);
        Records.Found before = records.list(
                Calls.TENANT,
                Optional.empty(),
                each -> !each.createdAt().isAfter(hour),
                Records.Between.since(Calls.NOON.minus(Duration.ofDays(1))),
                "",
                25);
        assertEquals(true, before.partial(), "there are so many that one search does not see all");
        assertEquals(old, found.executions().stream().map(Execution::id).toList());
        assertEquals(false, found.partial());
        records.close();
        plugins.close();
    }
}
