package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.durable.journal.Packed;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What retention deletes is in the archive before, whole and on the disk, or is not deleted. */
@Tag("EX-18")
class ArchivingTest {
    @TempDir
    Path folder;

    private ArchiveSite site;

    @BeforeEach
    void start() throws Exception {
        site = new ArchiveSite(folder);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void everyOldRecordIsInAFileOfItsDayAndTenant() throws Exception {
        Set<String> mine = site.added(Calls.TENANT, ArchiveSite.OLD, 50);
        Set<String> others = site.added(ArchiveSite.OTHER, ArchiveSite.OLD, 30);
        Set<String> next = site.added(ArchiveSite.OTHER, ArchiveSite.OLD.plus(Duration.ofDays(1)), 20);
        site.records.keepOnly(7);
        assertTrue(site.nothingOldIsLeft());
        assertEquals(
                3, site.files(site.archived).size(), site.files(site.archived).toString());
        List<JsonNode> lines = site.lines("executions/20261111");
        assertEquals(80, lines.size());
        assertEquals(mine, ArchiveSite.ids(lines, "default"));
        assertEquals(others, ArchiveSite.ids(lines, "other"));
        assertEquals(next, ArchiveSite.ids(site.lines("executions/20261112"), "other"));
        for (JsonNode line : lines) {
            assertEquals("record", line.get("kind").stringValue());
            assertEquals(line.get("tenant"), line.at("/output/for"), "its own result");
            assertEquals("succeeded", line.get("status").stringValue());
        }
        assertEquals(
                2,
                site.records
                        .list(ArchiveSite.OTHER, Optional.empty(), _ -> true, all(), "", 9)
                        .executions()
                        .size(),
                "young ones");
        assertEquals(Optional.empty(), site.archive.trouble());
        site.records.keepOnly(7);
        assertEquals(3, site.files(site.archived).size(), "nothing is written for nothing");
    }

    private static Records.Between all() {
        return Records.Between.since(Instant.EPOCH);
    }

    @Test
    void whoDiesBetweenWritesItAgainAndLosesNothing() throws Exception {
        Set<String> mine = site.added(Calls.TENANT, ArchiveSite.OLD, 50);
        site.state.dropsNothing = true;
        assertThrows(PluginFailure.class, () -> site.records.keepOnly(7));
        assertFalse(site.nothingOldIsLeft());
        assertEquals(50, site.lines("executions").size());
        site.state.dropsNothing = false;
        site.records.keepOnly(7);
        assertTrue(site.nothingOldIsLeft());
        assertEquals(100, site.lines("executions").size(), "each twice");
        assertEquals(mine, ArchiveSite.ids(site.lines("executions"), "default"), "and known by its id");
    }

    @Test
    void whatArrivesMeanwhileIsNotDeletedUnarchived() throws Exception {
        Set<String> mine = site.added(Calls.TENANT, ArchiveSite.OLD, 50);
        site.state.arriving = Optional.of(ArchiveSite.put("20261111/t/default/l/1/2", Bytes.utf8("forked")));
        site.records.keepOnly(7);
        assertTrue(site.nothingOldIsLeft());
        mine.add("2");
        assertEquals(mine, ArchiveSite.ids(site.lines("executions"), "default"));
    }

    @Test
    void whatIsDamagedIsKeptAsItIs() throws Exception {
        byte[] large = new byte[9000];
        new Random(7).nextBytes(large);
        Bytes journal = Packed.pack(Bytes.utf8("{\"order\":{\"id\":\"a\"},\"bytes\":\"" + "x".repeat(9000) + "\"}"));
        site.state.it.commit(
                CommitId.fresh(),
                List.of(
                        ArchiveSite.put("20261111/t/default/w/a/0000", Bytes.of(half(journal, true))),
                        ArchiveSite.put("20261111/t/default/w/a/0001", Bytes.of(half(journal, false))),
                        ArchiveSite.put("20261111/t/default/w/b/0000", Bytes.of(large)),
                        ArchiveSite.put("20261111/t/default/x/c", Bytes.of(large)),
                        ArchiveSite.put("20261111/t/default/of-a-later-version/d", Bytes.of(large)),
                        ArchiveSite.put("20261111/strange", Bytes.of(large))));
        site.records.keepOnly(7);
        assertTrue(site.nothingOldIsLeft());
        List<JsonNode> lines = site.lines("executions");
        assertEquals(5, lines.size(), lines.toString());
        JsonNode whole = lines.stream()
                .filter(line -> line.get("kind").stringValue().equals("journal"))
                .findFirst()
                .orElseThrow();
        assertEquals("a", whole.get("id").stringValue());
        assertEquals("a", whole.at("/execution/order/id").stringValue(), "of several parts");
        assertEquals(
                4,
                lines.stream()
                        .filter(line -> line.get("kind").stringValue().equals("row"))
                        .filter(line -> HexFormat.of()
                                .formatHex(Base64.getDecoder()
                                        .decode(line.get("base64").stringValue()))
                                .equals(HexFormat.of().formatHex(large)))
                        .count());
    }

    private static byte[] half(Bytes all, boolean first) {
        byte[] bytes = all.toArray();
        int middle = bytes.length / 2;
        return first ? Arrays.copyOf(bytes, middle) : Arrays.copyOfRange(bytes, middle, bytes.length);
    }

    @Test
    void withoutItsFolderNothingIsDeletedAndItIsSaid() throws Exception {
        Set<String> mine = site.added(Calls.TENANT, ArchiveSite.OLD, 5);
        Files.delete(site.archived);
        site.records.keepOnly(7);
        assertFalse(site.nothingOldIsLeft());
        assertTrue(
                site.archive.trouble().orElseThrow().contains(site.archived.toString()),
                site.archive.trouble().toString());
        assertFalse(Files.exists(site.archived), "another disk may belong there");
        Files.createDirectory(site.archived);
        site.records.keepOnly(7);
        assertTrue(site.nothingOldIsLeft());
        assertEquals(mine, ArchiveSite.ids(site.lines("executions"), "default"));
        assertEquals(Optional.empty(), site.archive.trouble());
    }

    @Test
    void anotherNodeThanTheOneThatSweepsDeletesNothing() throws Exception {
        site.added(Calls.TENANT, ArchiveSite.OLD, 5);
        site.sweeps = false;
        site.records.keepOnly(7);
        assertFalse(site.nothingOldIsLeft());
        assertEquals(List.of(), site.files(site.archived));
    }

    @Test
    @Needs(Need.MOUNT)
    void aFullDiskStopsTheDeletionAndNothingIsLost() throws Exception {
        mount("size=64k");
        try {
            Set<String> mine = new TreeSet<>();
            Random random = new Random(11);
            for (int i = 0; i < 40; i++) {
                byte[] noise = new byte[4000];
                random.nextBytes(noise);
                Execution each = Calls.execution(
                        Ids.next(ArchiveSite.OLD),
                        "f",
                        ArchiveSite.OLD,
                        Duration.ofMillis(5),
                        Optional.of(Fault.code(HexFormat.of().formatHex(noise).substring(0, 4000), Place.UNKNOWN)));
                site.records.add(each);
                mine.add(each.id());
            }
            site.added(Calls.TENANT, Calls.NOON, 1);
            site.records.keepOnly(7);
            assertFalse(site.nothingOldIsLeft());
            assertTrue(site.archive.trouble().isPresent());
            assertEquals(List.of(), site.files(site.archived), "half a file is none");
            mount("remount,size=16m");
            site.records.keepOnly(7);
            assertTrue(site.nothingOldIsLeft());
            assertEquals(mine, ArchiveSite.ids(site.lines("executions"), "default"));
            assertEquals(Optional.empty(), site.archive.trouble());
        } finally {
            run("umount", site.archived.toString());
        }
    }

    private void mount(String options) throws Exception {
        assertEquals(0, run("mount", "-t", "tmpfs", "-o", options, "tmpfs", site.archived.toString()));
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
