package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.testkit.FirstRunCounts;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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
        FileTime then = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(entry, then);
        answersInANewExecutor(launch);
        // it would have been written again
        assertEquals(then, Files.getLastModifiedTime(entry));
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
