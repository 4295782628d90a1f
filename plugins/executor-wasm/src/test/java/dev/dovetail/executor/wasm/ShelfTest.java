package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.testkit.FirstRunCounts;
import dev.dovetail.testkit.Workshop;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compiled modules are kept on disk, and used only if they are whole and this module's. */
@Tag("TE-02")
@FirstRunCounts
@Tag("ST-08")
@Tag("RT-12")
final class ShelfTest {
    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private Launch launch() throws Exception {
        return bench.launch(Files.readAllBytes(Wat.sample("remember")), "main.handler", Samples.LIMITS, Map.of());
    }

    private List<Path> entries() throws Exception {
        try (Stream<Path> all = Files.walk(bench.cache())) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private void answersInANewExecutor(Launch launch) throws Exception {
        try (WasmExecutor other = bench.open(Map.of());
                Instance instance = other.start(launch)) {
            assertEquals("1", Bench.answer(instance.invoke(Samples.invocation("{}"), new FakeHost())));
        }
    }

    @Test
    @Tag("SL-16")
    void anotherExecutorFindsWhatWasCompiled() throws Exception {
        Launch launch = launch();
        assertEquals(List.of(), bench.executor().inspect(launch));
        Path entry = entries().getFirst();
        assertEquals(1, entries().size());
        Files.setLastModifiedTime(entry, FileTime.fromMillis(1_000_000));
        // written again, it would be another file
        Object file = Files.readAttributes(entry, BasicFileAttributes.class).fileKey();
        answersInANewExecutor(launch);
        assertEquals(
                file, Files.readAttributes(entry, BasicFileAttributes.class).fileKey());
        assertTrue(Files.getLastModifiedTime(entry).toMillis() > 1_000_000, "used now");
    }

    private static Digest name(int number) {
        return Digest.of(new byte[] {(byte) number});
    }

    private static Shelf.Entry entry(int bytes) {
        return new Shelf.Entry(new byte[bytes], new byte[] {1});
    }

    @Test
    void moreThanThereIsRoomForMakesTheLeastUsedGo() throws Exception {
        try (Workshop workshop = new Workshop()) {
            Shelf shelf = new Shelf(workshop, 3_500);
            Path older = workshop.cache().resolve("endive-0.0.1-1").resolve("older");
            Files.createDirectories(older.getParent());
            Files.write(older, new byte[1_000]);
            Files.setLastModifiedTime(older, FileTime.from(Instant.now().minus(Duration.ofDays(30))));
            for (int i = 0; i < 3; i++) {
                shelf.keep(name(i), entry(1_000));
                Files.setLastModifiedTime(
                        shelf.path(name(i)), FileTime.from(Instant.now().minus(Duration.ofDays(10 - i))));
            }
            assertFalse(Files.exists(older), "what another engine compiled takes room too");
            assertTrue(shelf.find(name(0)).isPresent(), "and used now");
            shelf.keep(name(3), entry(1_000));
            assertTrue(shelf.find(name(0)).isPresent());
            assertFalse(shelf.find(name(1)).isPresent());
            assertTrue(shelf.find(name(2)).isPresent());
            assertTrue(shelf.find(name(3)).isPresent());
        }
    }

    @Test
    void whatCannotBeKeptLeavesNothing() throws Exception {
        try (Workshop workshop = new Workshop()) {
            Shelf shelf = new Shelf(workshop);
            // a full folder in the way of the name that it is to have
            Files.createDirectories(shelf.path(name(0)).resolve("in the way"));
            shelf.keep(name(0), entry(10));
            try (Stream<Path> left = Files.list(shelf.path(name(0)).getParent())) {
                assertEquals(List.of(shelf.path(name(0))), left.toList());
            }
        }
    }

    @Test
    void whatAnEndedProcessHadHalfWrittenGoes() throws Exception {
        try (Workshop workshop = new Workshop()) {
            Shelf shelf = new Shelf(workshop);
            shelf.keep(name(0), entry(10));
            Path old = Files.write(shelf.path(name(0)).resolveSibling("begun1.tmp"), new byte[10]);
            Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
            Path young = Files.write(shelf.path(name(0)).resolveSibling("begun2.tmp"), new byte[10]);
            shelf.keep(name(1), entry(10));
            assertFalse(Files.exists(old));
            assertTrue(Files.exists(young), "somebody may be writing it");
            assertTrue(shelf.find(name(0)).isPresent());
        }
    }

    @Test
    void whatIsDamagedIsCompiledAgain() throws Exception {
        Launch launch = launch();
        assertEquals(List.of(), bench.executor().inspect(launch));
        Path entry = entries().getFirst();
        byte[] whole = Files.readAllBytes(entry);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            byte[] damaged = i % 4 == 0 ? java.util.Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            if (i % 4 != 0) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
            }
            Files.write(entry, damaged);
            answersInANewExecutor(launch);
            assertNotEquals(
                    java.util.Arrays.hashCode(damaged),
                    java.util.Arrays.hashCode(Files.readAllBytes(entry)),
                    "seed " + seed + ", round " + i + ": the damaged entry is still there");
        }
    }

    @Test
    void theEntryOfAnotherModuleIsNotTaken() throws Exception {
        Launch launch = launch();
        assertEquals(List.of(), bench.executor().inspect(launch));
        Path mine = entries().getFirst();
        byte[] before = Files.readAllBytes(mine);
        Launch other = bench.launch(Files.readAllBytes(Wat.sample("ask")), "main.handler", Samples.LIMITS, Map.of());
        assertEquals(List.of(), bench.executor().inspect(other));
        Path theirs = entries().stream()
                .filter(each -> !each.equals(mine))
                .findFirst()
                .orElseThrow();
        Files.copy(theirs, mine, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        answersInANewExecutor(launch);
        assertEquals(before.length, Files.readAllBytes(mine).length);
    }

    @Test
    void aStubHasTheModulesShapeAndNoneOfItsCode() throws Exception {
        byte[] whole = Files.readAllBytes(Wat.sample("ask"));
        assertArrayEquals(whole, Bodies.keep(whole, body -> true));
        byte[] stub = Bodies.keep(whole, body -> false);
        assertTrue(stub.length < whole.length);
        // it is valid still, and exports the same
        assertEquals(
                Program.exported(run.endive.wasm.Parser.parse(whole), "handler"),
                Program.exported(run.endive.wasm.Parser.parse(stub), "handler"));
    }
}
