package dev.dovetail.kernel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.Asserting;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By a clock that is wrong nothing young is taken for old. */
final class CalendarTest {
    private static final Instant TODAY = Instant.parse("2030-01-10T12:00:00Z");
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Settings EIGHT = new Settings(8, Duration.ofSeconds(1), Duration.ofSeconds(3));

    @TempDir
    static Path folder;

    private static LentState lent;

    private boolean away;
    private Duration passed = Duration.ZERO;
    private Duration wrongBy = Duration.ZERO;
    private final StateStore store = Asserting.stateStore(new InMemoryStateStore());
    private final Slot<StateStore> slot = lent.with(() -> {
        if (away) {
            throw new PluginException(PluginException.Kind.UNAVAILABLE, "away");
        }
        return store;
    });

    @BeforeAll
    static void open() throws Exception {
        lent = new LentState(folder);
    }

    @AfterAll
    static void close() {
        lent.close();
    }

    private Instant now() {
        return TODAY.plus(passed);
    }

    private Cluster node(String name, Supplier<Instant> clock) {
        Cluster node = new Cluster(
                slot,
                Thread::new,
                clock::get,
                () -> passed.toNanos(),
                new Cluster.Self(name, "", name + "-" + passed.toSeconds()),
                EIGHT);
        node.join(new Heard());
        return node;
    }

    @Test
    void theClockThatIsBehindAllOthersCounts() throws Exception {
        Cluster right = node("a", this::now);
        Cluster ahead = node("b", () -> now().plus(MONTH));
        beat(right);
        beat(ahead);
        assertEquals(now(), right.calendar().instant());
        assertEquals(now(), ahead.calendar().instant());
        passed = passed.plusSeconds(50);
        assertEquals(now(), ahead.calendar().instant(), "it goes on between two looks");
        Cluster behind = node("c", () -> now().minus(MONTH));
        beat(behind);
        passed = passed.plusSeconds(20);
        beat(right);
        assertEquals(now().minusSeconds(20).minus(MONTH), right.calendar().instant());
        behind.close();
        passed = passed.plusSeconds(60);
        beat(right);
        beat(ahead);
        assertEquals(now(), right.calendar().instant());
    }

    @Test
    void aNodeThatDiedHoldsNobodyUpForLong() throws Exception {
        Cluster lives = node("a", this::now);
        Cluster dies = node("b", () -> now().minus(MONTH));
        beat(lives);
        beat(dies);
        beat(lives);
        assertEquals(now().minus(MONTH), lives.calendar().instant());
        for (Instant hourLater = now().plus(Duration.ofMinutes(61)); now().isBefore(hourLater); ) {
            passed = passed.plusSeconds(1);
            beat(lives);
        }
        assertEquals(now(), lives.calendar().instant(), "its beat is taken away after an hour");
    }

    @Test
    void aClockThatLeapsAheadIsBelievedADayLater() throws Exception {
        Cluster alone = node("alone", () -> now().plus(wrongBy));
        beat(alone);
        assertEquals(now(), alone.calendar().instant());
        wrongBy = Duration.ofMinutes(5);
        passed = passed.plusSeconds(100);
        assertEquals(now().plus(wrongBy), later(alone), "clocks are set");
        wrongBy = MONTH;
        passed = passed.plusSeconds(100);
        assertEquals(now().plusSeconds(300), later(alone));
        passed = passed.plus(Calendar.DOUBT.minusSeconds(1));
        assertEquals(now().plusSeconds(300), alone.calendar().instant());
        passed = passed.plusSeconds(61);
        assertEquals(now().plus(MONTH), later(alone));
    }

    private static void beat(Cluster node) throws InterruptedException {
        node.tick();
        node.beat();
    }

    private static Instant later(Cluster node) throws InterruptedException {
        beat(node);
        return node.calendar().instant();
    }

    @Test
    void aProcessThatStartsWithAWrongClockKnowsWhatOneBeforeWroteDown() throws Exception {
        Cluster before = node("again", this::now);
        beat(before);
        assertEquals(now(), before.calendar().instant());
        before.close();
        passed = passed.plusSeconds(10);
        Cluster after = node("again", () -> now().plus(MONTH));
        beat(after);
        assertEquals(TODAY, after.calendar().instant());
        passed = passed.plus(Duration.ofHours(2));
        assertEquals(TODAY.plus(Duration.ofHours(2)), later(after));
    }

    @Test
    void asLongAsTheStoreHasNotToldItIsLongAgo() throws Exception {
        away = true;
        Cluster node = node("far", this::now);
        assertEquals(Instant.EPOCH, node.calendar().instant());
        away = false;
        assertEquals(now(), later(node));
    }
}
