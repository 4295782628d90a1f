package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries that are written after whoever made them has gone on. */
@Tag("AU-02")
final class AuditSoonTest {
    private static final Name TENANT = Name.of("default");
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

    @TempDir
    private Path folder;

    private final Schemas schemas = new Schemas();
    private final Away state = new Away(new InMemoryStateStore());
    private Plugins plugins;

    @BeforeEach
    void start() throws Exception {
        plugins = Lent.plugins(folder, state);
    }

    @AfterEach
    void stop() {
        plugins.close();
    }

    private Audit audit(String boot, Instant now) {
        return new Audit(plugins.state(), schemas, boot, Thread::new, () -> now);
    }

    private Audited said(Instant at, String event) {
        return new Audited(at, event, "user/ann", "", Optional.empty(), schemas.object());
    }

    /** What happened, the oldest first. */
    private static List<String> events(Audit audit) throws InterruptedException {
        List<String> events = new ArrayList<>();
        audit.list(TENANT, Instant.MIN, Instant.MAX, _ -> true, "", 1000)
                .entries()
                .forEach(each -> events.addFirst(each.get("event").stringValue()));
        return events;
    }

    private static void soon(Audit audit, List<String> expected) throws InterruptedException {
        Eventually.holds(
                "they are " + expected, Eventually.PATIENCE, () -> events(audit).equals(expected), () -> events(audit));
    }

    @Test
    void theyWaitWhileTheStoreIsAwayAndTheChainIsWhole() throws Exception {
        try (Audit audit = audit("one", NOON)) {
            audit.start();
            audit.add(TENANT, said(NOON.minusSeconds(300), "first"), Optional.empty());
            state.away = true;
            int tries = state.tries.get();
            audit.addSoon(TENANT, said(NOON, "second"));
            audit.addSoon(TENANT, said(NOON, "third"));
            Eventually.holds("it has been tried twice", () -> state.tries.get() >= tries + 2);
            audit.addSoon(TENANT, said(NOON, "fourth"));
            state.away = false;
            soon(audit, List.of("first", "second", "third", "fourth"));
            assertEquals(List.of(), audit.verify(TENANT, Instant.EPOCH).broken());
        }
    }

    @Test
    void anEntryThatWaitedComesAfterWhatAnotherNodeWroteMeanwhile() throws Exception {
        try (Audit one = audit("one", NOON);
                Audit other = audit("other", NOON)) {
            one.add(TENANT, said(NOON.minusSeconds(300), "first"), Optional.empty());
            one.add(TENANT, said(NOON, "second"), Optional.empty());
            other.addSoon(TENANT, said(NOON.minusSeconds(10), "late"));
            other.start();
            soon(other, List.of("first", "second", "late"));
            Audit.Verified verified = other.verify(TENANT, Instant.EPOCH);
            assertEquals(List.of(), verified.broken());
            assertEquals(2, verified.chains());
        }
    }

    @Test
    void aClockThatWasWrongIsNotFollowed() throws Exception {
        try (Audit one = audit("one", NOON.plus(Duration.ofDays(365)));
                Audit other = audit("other", NOON)) {
            one.add(TENANT, said(NOON.plus(Duration.ofDays(365)), "ahead"), Optional.empty());
            other.addSoon(TENANT, said(NOON, "now"));
            other.start();
            soon(other, List.of("now", "ahead"));
        }
    }
}
