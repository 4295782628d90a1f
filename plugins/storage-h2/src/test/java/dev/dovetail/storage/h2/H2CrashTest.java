package dev.dovetail.storage.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Workshop;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that commits is killed at random moments, again and again over the same files: what was answered is there, no
 * commit is half there, and one that is asked again by its id is done once.
 */
@Tag("ST-09")
final class H2CrashTest {
    /** How often the same files meet the end of a process. */
    private static final int ROUNDS = "all".equals(System.getenv("DOVETAIL_PROVE")) ? 25 : 5;
    /** Two at once: most of a round is waiting for a process to start. */
    private static final int STORES = "all".equals(System.getenv("DOVETAIL_PROVE")) ? 4 : 2;

    /** A commit that the killed process told of. */
    private record Told(int number, long version) {}

    @Test
    @Timeout(600)
    void nothingAnsweredIsLostAndNothingIsHalfThere(@TempDir Path home) throws Exception {
        long seed = System.nanoTime();
        try (ExecutorService lanes = Executors.newFixedThreadPool(2)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < STORES; i++) {
                int number = i;
                all.add(lanes.submit(() -> killAgainAndAgain(home.resolve("store" + number), seed + number)));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    private static Void killAgainAndAgain(Path file, long seed) throws Exception {
        Random random = new Random(seed);
        int[] checkedTo = new int[Victim.THREADS];
        for (int round = 0; round < ROUNDS; round++) {
            String where = "round " + round + " of seed " + seed;
            Map<Integer, Told> told = killed(file, 1 + random.nextInt(round % 3 == 0 ? 50 : 800), where);
            try (Workshop context = new Workshop();
                    StateStore store = Victim.open(file, context)) {
                for (int member = 0; member < Victim.THREADS; member++) {
                    check(store, member, checkedTo[member], Optional.ofNullable(told.get(member)), where);
                    checkedTo[member] = Victim.next(store, member);
                }
            }
        }
        return null;
    }

    /** Lets the process tell of so many commits, kills it, and answers what it told last of each member. */
    private static Map<Integer, Told> killed(Path file, int commits, String where) throws Exception {
        Process process = Victim.start(file);
        Map<Integer, Told> told = new HashMap<>();
        try (BufferedReader lines = process.inputReader()) {
            assertEquals("open", lines.readLine(), where);
            int seen = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (++seen == commits) {
                    process.toHandle().destroyForcibly();
                }
                String[] words = line.split(" ");
                if (words.length == 3) {
                    told.put(
                            Integer.parseInt(words[0]), new Told(Integer.parseInt(words[1]), Long.parseLong(words[2])));
                }
            }
            assertTrue(seen >= commits, () -> where + ": it ended by itself");
        } finally {
            process.destroyForcibly().waitFor();
        }
        return told;
    }

    private static void check(StateStore store, int member, int from, Optional<Told> told, String where) {
        int next = Victim.next(store, member);
        where = where + ", member " + member + ", told " + told + ", next " + next;
        if (told.isPresent()) {
            // the line of one commit more may have been lost with the process
            assertTrue(next > told.get().number() && next <= told.get().number() + 2, where);
        }
        for (int i = from; i < next; i++) {
            Entry a = store.find(Victim.part(member, i, "a")).orElseThrow();
            Entry b = store.find(Victim.part(member, i, "b")).orElseThrow();
            assertEquals(a.version(), b.version(), where);
            assertEquals(a.value(), b.value(), where);
            if (told.isPresent() && told.get().number() == i) {
                assertEquals(told.get().version(), a.version(), where);
            }
        }
        List<Entry> listed = store.list(Range.prefix(Space.STATE, "w/" + member + "/"), Integer.MAX_VALUE);
        assertEquals(2 * next, listed.size(), where);
        askAgain(store, member, next, where);
    }

    /** The last that was made is not made again; the first that was not is made once, however often it is asked. */
    private static void askAgain(StateStore store, int member, int next, String where) {
        if (next > 0) {
            long version = store.find(Victim.counter(member)).orElseThrow().version();
            var again = store.commit(Victim.id(member, next - 1), Victim.changes(store, member, next - 1));
            assertEquals(new Done(version), again, where);
            assertEquals(next, Victim.next(store, member), where);
        }
        var changes = Victim.changes(store, member, next);
        var first = store.commit(Victim.id(member, next), changes);
        assertTrue(first instanceof Done, where + ": " + first);
        assertEquals(first, store.commit(Victim.id(member, next), changes), where);
        assertEquals(next + 1, Victim.next(store, member), where);
    }
}
