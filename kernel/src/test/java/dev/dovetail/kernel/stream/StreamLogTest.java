package dev.dovetail.kernel.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.Passing;
import dev.dovetail.kernel.cluster.LentState;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.FirstRunCounts;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams on a store that fails, with two processes that both believe that the execution is theirs. */
@FirstRunCounts
class StreamLogTest {
    private static final Name TENANT = Name.of("default");
    private static final Name FUNCTION = Name.of("f");
    private static final String ID = "0190aaaa-0000-7000-8000-000000000000";
    private static final StreamLimits LIMITS =
            new StreamLimits(8, 1 << 16, 1 << 20, Duration.ofSeconds(30), Duration.ofMinutes(1));

    private final InMemoryStateStore memory = new InMemoryStateStore();
    private LentState lent;

    @BeforeEach
    void lend(@TempDir Path folder) throws Exception {
        lent = new LentState(folder);
    }

    @AfterEach
    void takeBack() {
        lent.close();
    }

    /** Now and then a commit is not made, or made and not said to be. */
    private record Cranky(StateStore it, Random random) implements Passing {
        @Override
        public Committed commit(CommitId id, List<Change> changes) {
            int luck;
            synchronized (random) {
                luck = random.nextInt(6);
            }
            if (luck == 0) {
                throw new PluginException(PluginException.Kind.UNAVAILABLE, "not now");
            }
            Committed made = it.commit(id, changes);
            if (luck == 1) {
                throw new PluginException(PluginException.Kind.UNAVAILABLE, "made, or not");
            }
            return made;
        }
    }

    private static Streams streams(Slot<StateStore> slot, String boot) {
        return new Streams(
                slot,
                new Schemas(),
                LIMITS,
                Thread.ofVirtual().factory(),
                InstantSource.system(),
                InstantSource.system(),
                boot);
    }

    private static Bytes piece(long number) {
        return Bytes.utf8("{\"piece\":" + number + "}");
    }

    /** Sends pieces by their number, several on their way at once, in the order of the numbers. */
    private static void send(StreamLog log, int pieces, Random random) throws InterruptedException {
        Deque<StreamLog.Piece> open = new ArrayDeque<>();
        for (int i = 0; i < pieces; i++) {
            open.add(log.offer(piece(i), Optional.of(new Mark(Mark.MAIN, i))));
            if (random.nextInt(3) == 0) {
                log.progress(i / (double) pieces, "so far");
            }
            while (open.size() > random.nextInt(6)) {
                assertInstanceOf(HostReply.Value.class, open.remove().settle());
            }
        }
        for (StreamLog.Piece each : open) {
            assertInstanceOf(HostReply.Value.class, each.settle());
        }
    }

    @Test
    @Tag("IV-11")
    void twoProcessesThatSendTheSamePiecesSendEachOnceAndInOrder() throws Exception {
        long seed = System.nanoTime();
        System.getLogger(getClass().getName()).log(System.Logger.Level.INFO, "seed {0}", Long.toString(seed));
        Random random = new Random(seed);
        int pieces = 120;
        Slot<StateStore> slot = lent.with(() -> memory);
        Cranky cranky = new Cranky(memory, random);
        Streams first = streams(slot, "one");
        slot.use(store -> store.commit(CommitId.fresh(), first.opening(TENANT, ID, FUNCTION)));
        lent.with(() -> cranky);
        Streams second = streams(slot, "two");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> senders = new ArrayList<>();
            for (Streams each : List.of(first, second)) {
                StreamLog log = each.writer(TENANT, ID).orElseThrow();
                Random its = new Random(random.nextLong());
                senders.add(threads.submit(() -> {
                    send(log, pieces, its);
                    log.flush();
                    return true;
                }));
            }
            List<StreamEvent> read = new ArrayList<>();
            try (StreamReader reader = first.reader(TENANT, ID, 0);
                    StreamReader other = second.reader(TENANT, ID, 0)) {
                while (senders.stream().anyMatch(each -> !each.isDone())
                        || !reader.next(Duration.ZERO).isEmpty()) {
                    List<StreamEvent> some = reader.next(Duration.ofMillis(20));
                    read.addAll(some);
                    if (!some.isEmpty()) {
                        reader.sent(some.getLast().number());
                        other.sent(some.getLast().number());
                    }
                }
            }
            for (Future<?> each : senders) {
                each.get();
            }
            assertEquals(
                    LongStream.rangeClosed(1, read.size()).boxed().toList(),
                    read.stream().map(StreamEvent::number).toList(),
                    "seed " + seed);
            assertEquals(
                    LongStream.range(0, pieces)
                            .mapToObj(each -> piece(each).text())
                            .toList(),
                    read.stream()
                            .filter(each -> each.kind() == StreamEvent.Kind.CHUNK)
                            .map(each -> each.data().text())
                            .toList(),
                    "seed " + seed);
        }
    }

    @Test
    @Tag("IV-11")
    void aWindowIsAllThatIsUnreadAndWhatIsReadAgainComesFromTheStore() throws Exception {
        Slot<StateStore> slot = lent.with(() -> memory);
        Streams streams = streams(slot, "one");
        StreamLog log = streams.open(TENANT, ID, FUNCTION);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                StreamReader reader = streams.reader(TENANT, ID, 0)) {
            Future<?> sender = threads.submit(() -> {
                for (int i = 0; i < 100; i++) {
                    log.offer(piece(i), Optional.empty()).settle();
                }
                log.end(StreamEvent.Kind.RESULT, Bytes.utf8("\"" + "r".repeat(2_000_000) + "\""));
                return true;
            });
            HashSet<Long> seen = new HashSet<>();
            StreamEvent last = new StreamEvent(0, StreamEvent.Kind.CHUNK, Bytes.empty());
            while (!last.kind().last()) {
                assertTrue(log.head().last() <= last.number() + LIMITS.windowEvents() + 2, "too far ahead");
                for (StreamEvent each : reader.next(Duration.ofSeconds(10)).subList(0, 1)) {
                    last = each;
                    assertTrue(seen.add(each.number()));
                    reader.sent(each.number());
                }
            }
            sender.get();
            assertEquals(101, seen.size());
            assertEquals(2_000_002, last.data().size());
        }
        try (StreamReader again = streams.reader(TENANT, ID, 50)) {
            assertEquals(51, again.next(Duration.ZERO).getFirst().number());
        }
    }
}
