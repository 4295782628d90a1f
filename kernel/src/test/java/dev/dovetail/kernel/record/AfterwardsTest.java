package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import dev.dovetail.testkit.Eventually;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** What is audited without holding up whoever did it. */
@Tag("SC-09")
final class AfterwardsTest {
    private static final Name TENANT = Name.of("default");
    private static final int BOUND = 50_000;

    private final ConcurrentLinkedQueue<List<Audited>> commits = new ConcurrentLinkedQueue<>();

    private static Audited said(String event) {
        return new Audited(
                Instant.EPOCH, event, "user/ann", "", Optional.empty(), JsonNodeFactory.instance.objectNode());
    }

    private List<String> written() {
        List<String> all = new ArrayList<>();
        commits.forEach(each -> each.forEach(it -> all.add(it.event())));
        return all;
    }

    @Test
    void whatIsSaidAtOnceComesInItsOrderAndInFewCommits() {
        List<String> said = new ArrayList<>();
        Afterwards afterwards = new Afterwards(
                (_, some) -> commits.add(List.copyOf(some)), count -> said("lost " + count), Thread::new);
        for (int i = 0; i < 1000; i++) {
            said.add("e" + i);
            afterwards.add(TENANT, said("e" + i));
        }
        afterwards.start();
        afterwards.close();
        assertEquals(said, written());
        assertEquals(5, commits.size());
    }

    @Test
    void nobodyWaitsForAStoreThatIsAwayAndWhatIsLeftOutIsCounted() throws Exception {
        Semaphore serves = new Semaphore(0);
        CountDownLatch asked = new CountDownLatch(1);
        Afterwards afterwards = new Afterwards(
                (_, some) -> {
                    asked.countDown();
                    serves.acquire();
                    serves.release();
                    commits.add(List.copyOf(some));
                },
                count -> said("lost " + count),
                Thread::new);
        afterwards.start();
        afterwards.add(TENANT, said("first"));
        assertTrue(asked.await(30, TimeUnit.SECONDS));
        for (int i = 0; i < BOUND + 7; i++) {
            afterwards.add(TENANT, said("more"));
        }
        serves.release();
        Eventually.holds(
                "all is written",
                Eventually.PATIENCE,
                () -> written().size() >= BOUND + 2,
                () -> "only " + written().size());
        afterwards.close();
        List<String> written = written();
        assertEquals("first", written.getFirst());
        assertEquals("lost 7", written.getLast());
        assertEquals(BOUND + 2, written.size());
    }
}
