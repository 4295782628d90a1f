package dev.dovetail.storage.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed while callers commit, and started again: what was answered is there, nothing is half there, and who
 * asks again by id until there is an answer has each commit done once.
 */
@Tag("ST-09")
@Needs(Need.POSTGRES_BINARIES)
final class PostgresCrashTest {
    private static final int ROUNDS = "all".equals(System.getenv("DOVETAIL_PROVE")) ? 20 : 2;
    private static final int CALLERS = 8;
    private static final int COMMITS_BETWEEN = 200;

    @Test
    @Timeout(600)
    void nothingAnsweredIsLostWhenTheServerIsKilled(@TempDir Path data) throws Exception {
        EmbeddedPostgres server = started(data, 0);
        int port = server.getPort();
        Map<String, Object> config = new HashMap<>(Servers.fresh(server));
        config.put("patience", "PT0.2S");
        PostgresStateStoreProvider provider = new PostgresStateStoreProvider();
        Semaphore answered = new Semaphore(0);
        AtomicBoolean stop = new AtomicBoolean();
        try (Workshop context = new Workshop();
                StateStore store = provider.open(Settings.of(provider.schema(), config), context);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int caller = i;
                callers.add(threads.submit(() -> commits(store, caller, answered, stop)));
            }
            for (int round = 0; round < ROUNDS; round++) {
                answered.acquire(COMMITS_BETWEEN);
                kill(data);
                server.close();
                server = started(data, port);
            }
            answered.acquire(COMMITS_BETWEEN);
            stop.set(true);
            for (int caller = 0; caller < CALLERS; caller++) {
                int made = callers.get(caller).get();
                String counter = store.find(Key.state("n/" + caller))
                        .orElseThrow()
                        .value()
                        .text();
                assertEquals(String.valueOf(made), counter);
                assertEquals(
                        made,
                        store.list(Range.prefix(Space.STATE, "w/" + caller + "/"), 1 << 20)
                                .size());
            }
        } finally {
            stop.set(true);
            server.close();
        }
    }

    @Test
    @Timeout(120)
    void aServerThatOnlyFollowsAnotherIsNotAskedWhatItHas(@TempDir Path data) throws Exception {
        EmbeddedPostgres server = started(data, 0);
        int port = server.getPort();
        PostgresStateStoreProvider provider = new PostgresStateStoreProvider();
        Config config = Settings.of(provider.schema(), Servers.fresh(server));
        try (Workshop context = new Workshop();
                StateStore store = provider.open(config, context)) {
            Key key = Key.state("a");
            store.commit(CommitId.fresh(), List.of(new Change.Put(key, Bytes.utf8("v"), Expectation.absent())));
            server.close();
            Path follows = Files.createFile(data.resolve("standby.signal"));
            server = started(data, port);
            Eventually.holds(
                    "it is told for whom is waited", () -> found(store, key).contains("primary"));
            server.close();
            Files.delete(follows);
            server = started(data, port);
            Eventually.holds("it is used again", () -> found(store, key).equals("v"));
        } finally {
            server.close();
        }
    }

    /** What is there, or why that is not known. */
    private static String found(StateStore store, Key key) {
        try {
            return store.find(key).orElseThrow().value().text();
        } catch (PluginException e) {
            return e.getMessage();
        }
    }

    /** Commits one after the other, each asked again by its id until it is answered; answers how many there were. */
    private static int commits(StateStore store, int caller, Semaphore answered, AtomicBoolean stop) throws Exception {
        Expectation counter = Expectation.absent();
        int made = 0;
        while (!stop.get()) {
            made++;
            List<Change> changes = List.of(
                    new Change.Put(Key.state("w/" + caller + "/" + made), Bytes.utf8("v"), Expectation.absent()),
                    new Change.Put(Key.state("n/" + caller), Bytes.utf8(String.valueOf(made)), counter));
            Committed answer = asked(store, new CommitId(caller + "-" + made), changes);
            assertTrue(answer instanceof Done, answer.toString());
            counter = Expectation.version(((Done) answer).version());
            answered.release();
        }
        return made;
    }

    private static Committed asked(StateStore store, CommitId id, List<Change> changes) throws Exception {
        return Eventually.found("the commit to be answered", Duration.ofMinutes(5), () -> {
            try {
                return Optional.of(store.commit(id, changes));
            } catch (PluginException e) {
                assertEquals(Kind.UNAVAILABLE, e.kind(), e.getMessage());
                return Optional.empty();
            }
        });
    }

    private static EmbeddedPostgres started(Path data, int port) {
        return Servers.start(Servers.durable()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port));
    }

    private static void kill(Path data) throws Exception {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
        all.add(postmaster);
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) {
            each.onExit().get();
        }
    }
}
