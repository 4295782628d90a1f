package dev.dovetail.storage.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said and done when the disk is full, fails, says no, or belongs to another process. */
@Timeout(120)
final class H2DiskTest {
    @TempDir
    Path home;

    private static Committed put(StateStore store, String path, int size) {
        return put(store, CommitId.fresh(), path, size);
    }

    private static Committed put(StateStore store, CommitId id, String path, int size) {
        Bytes value = Bytes.given(new byte[size]);
        return store.commit(
                id,
                List.of(
                        new Change.Put(Key.state(path + "/a"), value, Expectation.absent()),
                        new Change.Put(Key.state(path + "/b"), value, Expectation.absent())));
    }

    private static int count(StateStore store) {
        return store.list(Range.prefix(Space.STATE, ""), Integer.MAX_VALUE).size();
    }

    private static PluginException refused(Kind kind, org.junit.jupiter.api.function.Executable use) {
        PluginException no = assertThrows(PluginException.class, use);
        assertEquals(kind, no.kind(), no.getMessage());
        return no;
    }

    @Needs(Need.MOUNT)
    @Test
    void aFullDiskRefusesCommitsAndGoesOnWhenThereIsRoom() throws Exception {
        mount("size=12m");
        Path ballast = Files.write(home.resolve("ballast"), new byte[3 << 20]);
        try (Workshop context = new Workshop()) {
            int made = 0;
            StateStore store = Victim.open(home.resolve("store"), context);
            try (store) {
                PluginException full = null;
                for (int i = 0; full == null; i++) {
                    try {
                        put(store, "k/%04d".formatted(i), 50_000);
                        made = i + 1;
                    } catch (PluginException e) {
                        full = e;
                    }
                }
                assertEquals(Kind.EXHAUSTED, full.kind(), full.getMessage());
                assertEquals(2 * made, count(store));
                Files.delete(ballast);
                CommitId id = CommitId.fresh();
                Eventually.holds("the H2 file is opened again, which takes a second or so", () -> {
                    try {
                        put(store, id, "later", 100);
                        return true;
                    } catch (PluginException e) {
                        assertEquals(Kind.EXHAUSTED, e.kind(), e.getMessage());
                        return false;
                    }
                });
                assertEquals(2 * made + 2, count(store));
            }
            try (StateStore again = Victim.open(home.resolve("store"), context)) {
                assertEquals(2 * made + 2, count(again));
                assertEquals(
                        100,
                        again.find(Key.state("later/b")).orElseThrow().value().size());
            }
        } finally {
            run("umount", home.toString());
        }
    }

    private static void commit(Overlay overlay, Applier applier, int version) throws InterruptedException {
        Key key = Key.state("k/" + version);
        Found found = Found.there(new Entry(key, version, Bytes.given(new byte[100])));
        List<Logged> group =
                List.of(new Logged.Made(version, CommitId.fresh(), version, List.of(new Logged.Write(key, found))));
        overlay.publish(group);
        applier.add(group);
        assertEquals(Optional.empty(), applier.awaitRoom());
    }

    /** An older file stands for what H2's recovery makes of the newest one now and then, when a write to it failed. */
    @Test
    void whatAnH2FileCameBackWithoutIsWrittenToItAgain() throws Exception {
        Path file = home.resolve("store.mv.db");
        try (Workshop context = new Workshop();
                Base base = new Base(file, 1)) {
            Overlay overlay = new Overlay(base);
            Applier applier = new Applier(base, overlay, 0, context.log());
            Thread applying = Thread.ofPlatform().start(applier);
            commit(overlay, applier, 1);
            byte[] older = Files.readAllBytes(file);
            commit(overlay, applier, 2);
            Files.write(file, older);
            base.reopen(0);
            assertEquals(1, base.applied());
            assertTrue(overlay.find(Key.state("k/2")).isPresent());
            commit(overlay, applier, 3);
            assertTrue(base.find(Key.state("k/2")).isPresent());
            Files.write(file, older);
            PluginException lost = refused(Kind.UNAVAILABLE, () -> base.reopen(2));
            assertTrue(lost.getMessage().contains("up to version 1, and not up to 2"), lost.getMessage());
            applier.close();
            applying.join();
        }
    }

    private static StateStore open(Path file, Workshop context, Segment.Disk disk) {
        return H2StateStoreProvider.open(
                Settings.of(new H2StateStoreProvider().schema(), Map.of("file", file.toString())), context, disk);
    }

    @Test
    void aWriteThatFailsHalfWayIsTakenBack() throws Exception {
        FailingDisk disk = new FailingDisk();
        try (Workshop context = new Workshop()) {
            try (StateStore store = open(home.resolve("store"), context, disk)) {
                put(store, "before", 1_000);
                disk.failsToWrite = true;
                CommitId id = CommitId.fresh();
                PluginException full = refused(Kind.EXHAUSTED, () -> put(store, id, "never", 1_000));
                assertTrue(full.getMessage().contains("No space left"), full.getMessage());
                assertEquals(2, count(store));
                disk.failsToWrite = false;
                put(store, "after", 1_000);
                put(store, id, "at-last", 1_000);
            }
            Files.delete(home.resolve("store.mv.db"));
            try (StateStore again = open(home.resolve("store"), context, Segment.Disk.real())) {
                assertEquals(6, count(again));
                assertTrue(again.find(Key.state("never/a")).isEmpty());
            }
        }
    }

    @Test
    void anErrorOfForceFailsTheStoreUntilItIsOpenedAgain() throws Exception {
        FailingDisk disk = new FailingDisk();
        try (Workshop context = new Workshop()) {
            CommitId unknown = CommitId.fresh();
            try (StateStore store = open(home.resolve("store"), context, disk)) {
                put(store, "before", 1_000);
                disk.failsToForce = true;
                PluginException lost = refused(Kind.UNAVAILABLE, () -> put(store, unknown, "unknown", 1_000));
                assertTrue(lost.getMessage().contains("Input/output error"), lost.getMessage());
                disk.failsToForce = false;
                PluginException still = refused(Kind.UNAVAILABLE, () -> put(store, "after", 1_000));
                assertTrue(still.getMessage().contains("opened again"), still.getMessage());
                assertEquals(2, count(store));
            }
            try (StateStore again = open(home.resolve("store"), context, disk)) {
                put(again, unknown, "unknown", 1_000);
                put(again, "after", 1_000);
                assertEquals(6, count(again));
            }
        }
    }

    @Needs(Need.MOUNT)
    @Test
    void aDiskThatMayNotBeWrittenIsRejectedInWords() throws Exception {
        mount("ro,size=1m");
        try (Workshop context = new Workshop()) {
            PluginException no = refused(Kind.REJECTED, () -> Victim.open(home.resolve("store"), context));
            assertTrue(no.getMessage().contains("Read-only file system"), no.getMessage());
            assertTrue(no.getMessage().contains(home.toString()), no.getMessage());
        } finally {
            run("umount", home.toString());
        }
    }

    @Test
    void aFolderThatIsAFileIsRejectedInWords() throws Exception {
        Files.createFile(home.resolve("taken"));
        try (Workshop context = new Workshop()) {
            PluginException no = refused(Kind.REJECTED, () -> Victim.open(home.resolve("taken/store"), context));
            assertTrue(no.getMessage().contains("taken"), no.getMessage());
        }
    }

    @Test
    void aSecondProcessIsToldWhoHasTheFiles() throws Exception {
        Process first = Victim.start(home.resolve("store"));
        try (Workshop context = new Workshop();
                BufferedReader lines = first.inputReader()) {
            assertEquals("open", lines.readLine());
            PluginException no = refused(Kind.UNAVAILABLE, () -> Victim.open(home.resolve("store"), context));
            assertTrue(no.getMessage().contains("process " + first.pid() + ","), no.getMessage());
            first.toHandle().destroyForcibly();
            first.waitFor();
            Victim.open(home.resolve("store"), context).close();
        } finally {
            first.destroyForcibly();
        }
    }

    @Test
    void aSecondStoreInTheSameProcessIsRefused() throws Exception {
        try (Workshop context = new Workshop();
                StateStore first = Victim.open(home.resolve("store"), context)) {
            PluginException no = refused(Kind.UNAVAILABLE, () -> Victim.open(home.resolve("store"), context));
            assertTrue(no.getMessage().contains("this process"), no.getMessage());
            put(first, "still", 10);
        }
    }

    private void mount(String options) throws Exception {
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", options, "tmpfs", home.toString()) == 0,
                "a small file system can be mounted");
    }

    private static int run(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (InputStream output = process.getInputStream()) {
                output.readAllBytes();
            }
            return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1;
        }
    }
}
