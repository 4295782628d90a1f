package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.testkit.executor.Samples;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a module is told when it is deployed. */
@Tag("TY-27")
final class InspectTest {
    private static final String ANSWER = Bench.HANDLER + "(call $pack (local.get $at) (local.get $size)))";

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private Problem only(List<Problem> problems) {
        assertEquals(1, problems.size(), problems.toString());
        return problems.getFirst();
    }

    @Test
    void anImportThatIsNotKnownIsNamedWithThoseThatAre() throws Exception {
        Problem problem = only(
                bench.inspect("(import \"env\" \"system\" (func (param i32) (result i32)))" + Bench.PRELUDE + ANSWER));
        assertEquals("UNKNOWN_IMPORT", problem.code());
        assertTrue(problem.message().contains("env.system"), problem.message());
        String remedy = problem.remedy().orElseThrow();
        assertTrue(remedy.contains("dovetail: log, fail, env, http_fetch, db_query, call"), remedy);
        assertTrue(remedy.contains("wasi_snapshot_preview1: args_get"), remedy);
    }

    @Test
    void anImportOfAnotherTypeIsToldTheRightOne() throws Exception {
        Problem problem =
                only(bench.inspect("(import \"dovetail\" \"log\" (func (param i32)))" + Bench.PRELUDE + ANSWER));
        assertEquals("IMPORT_TYPE", problem.code());
        assertTrue(problem.message().contains("(I32,I32,I32) -> nil"), problem.message());
    }

    @Test
    void anImportedMemoryIsRefused() throws Exception {
        List<Problem> problems = bench.inspect("(import \"env\" \"memory\" (memory 1))"
                + "(func (export \"alloc\") (param i32) (result i32) (i32.const 8))"
                + "(func (export \"handler\") (param i32 i32) (result i64) (i64.const 0))");
        assertTrue(
                problems.stream()
                        .anyMatch(problem -> problem.message().contains("env.memory")
                                && problem.message().contains("a memory")),
                problems.toString());
    }

    @Test
    void whatAHandlerNeedsBesideItselfIsAskedFor() throws Exception {
        List<Problem> problems =
                bench.inspect("(func (export \"handler\") (param i32 i32) (result i64) (i64.const 0))");
        assertEquals(
                List.of("EXPORT_MISSING", "EXPORT_MISSING"),
                problems.stream().map(Problem::code).toList());
        assertTrue(problems.get(0).message().contains("\"alloc\" of type (I32) -> (I32)"), problems.toString());
        assertTrue(problems.get(1).message().contains("no memory"), problems.toString());
    }

    @Test
    void aHandlerOfAnotherTypeIsToldTheRightOne() throws Exception {
        Problem problem = only(bench.inspect(
                Bench.PRELUDE + "(func (export \"handler\") (param i32) (result i32)" + " (local.get 0))"));
        assertEquals("EXPORT_TYPE", problem.code());
        assertTrue(problem.message().contains("(I32) -> (I32); expected (I32,I32) -> (I64)"), problem.message());
    }

    @Test
    void aModuleThatExportsSomethingElseIsToldWhatItExports() throws Exception {
        Problem problem = only(bench.inspect(Bench.PRELUDE + "(func (export \"run\"))"));
        assertEquals("HANDLER_NOT_FOUND", problem.code());
        assertTrue(problem.message().contains("alloc, run"), problem.message());
    }

    @Test
    void theTextFormIsNotAModule() throws Exception {
        byte[] text = "(module)".getBytes(StandardCharsets.UTF_8);
        Problem problem = only(bench.executor().inspect(bench.launch(text, "main.handler", Samples.LIMITS, Map.of())));
        assertEquals("MALFORMED_MODULE", problem.code());
        assertTrue(problem.message().startsWith("Not a WebAssembly module: magic header"), problem.message());
        assertTrue(problem.remedy().orElseThrow().contains("wat2wasm"), problem.toString());
        Path code = bench.folder();
        Files.write(code.resolve("main.wat"), text);
        Problem missing = only(bench.executor().inspect(Samples.launch("wasm", code, "main.handler")));
        assertTrue(missing.remedy().orElseThrow().contains("wat2wasm main.wat"), missing.toString());
    }

    @Test
    @Tag("RT-34")
    void aComponentIsToldApartFromADamagedModule() throws Exception {
        byte[] component = {0, 'a', 's', 'm', 0x0d, 0, 1, 0, 0, 0};
        Problem problem =
                only(bench.executor().inspect(bench.launch(component, "main.handler", Samples.LIMITS, Map.of())));
        assertEquals("COMPONENT", problem.code());
        assertTrue(problem.remedy().orElseThrow().contains("plain module"), problem.toString());
    }

    @Test
    void aModuleOverTheLimitIsRefusedBeforeItIsRead() throws Exception {
        Launch launch = bench.launch(new byte[(10 << 20) + 1], "main.handler", Samples.LIMITS, Map.of());
        Problem problem = only(bench.executor().inspect(launch));
        assertEquals("MODULE_TOO_LARGE", problem.code());
        assertTrue(problem.message().contains("10485761 bytes; at most 10485760"), problem.message());
    }

    @Test
    @Tag("FH-07")
    void aModuleThatBeginsWithMoreMemoryThanItsLimitIsRefused() throws Exception {
        String wat = Bench.PRELUDE.replace("(memory (export \"memory\") 1)", "(memory (export \"memory\") 2049 4096)")
                + ANSWER;
        Problem problem = only(bench.inspect(wat));
        assertEquals("MEMORY_TOO_LARGE", problem.code());
        assertTrue(problem.message().contains("2049 pages"), problem.message());
        assertEquals(List.of(), bench.executor().inspect(bench.launch(wat, 192)));
        // it was compiled for another limit, and is judged anew
        assertEquals("MEMORY_TOO_LARGE", only(bench.inspect(wat)).code());
    }

    @Test
    void tablesHaveALimit() throws Exception {
        Problem problem = only(bench.inspect("(table 100001 funcref)" + Bench.PRELUDE + ANSWER));
        assertEquals("TABLE_TOO_LARGE", problem.code());
    }

    @Test
    void memoryForThreadsIsRefused() {
        // the tests' compiler knows no such memory, so its flags are written by hand
        byte[] module =
                Wat.compile("(module " + Bench.PRELUDE.replace("\"memory\") 1)", "\"memory\") 1 2)") + ANSWER + ")");
        int at = 0;
        while (!(module[at] == 5 && module[at + 1] == 4 && module[at + 2] == 1 && module[at + 3] == 1)) {
            at++;
        }
        module[at + 3] = 3;
        Problem problem = only(inspected(module));
        assertEquals("UNSUPPORTED", problem.code());
        assertTrue(problem.message().contains("shared"), problem.message());
    }

    @Test
    void typesWhoseMemoryNobodyCountsAreRefused() {
        byte[] module = Wat.compile("(module " + Bench.PRELUDE + ANSWER + ")");
        // one type more: an array of bytes that can be changed
        int size = module[9];
        byte[] with = new byte[module.length + 3];
        System.arraycopy(module, 0, with, 0, 10 + size);
        with[9] += 3;
        with[10]++;
        with[10 + size] = 0x5e;
        with[11 + size] = 0x78;
        with[12 + size] = 1;
        System.arraycopy(module, 10 + size, with, 13 + size, module.length - 10 - size);
        Problem problem = only(inspected(with));
        assertTrue(problem.message().contains("garbage-collected"), problem.message());
    }

    private List<Problem> inspected(byte[] module) {
        try {
            return bench.executor().inspect(bench.launch(module, "main.handler", Samples.LIMITS, Map.of()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void vectorInstructionsAreRefusedInWords() throws Exception {
        Problem problem =
                only(bench.inspect(Bench.PRELUDE + Bench.HANDLER + "(i64x2.extract_lane 0 (v128.const i64x2 1 2)))"));
        assertEquals("UNSUPPORTED", problem.code());
        assertTrue(problem.remedy().orElseThrow().contains("vector"), problem.toString());
    }

    @Test
    void aFunctionThatIsTooLargeIsNamed() throws Exception {
        StringBuilder large = new StringBuilder("(func $huge (export \"huge\") (param $a i64) (result i64)\n");
        large.append("(local.set $a (i64.add (local.get $a) (i64.const 123456789012)))\n".repeat(12_000));
        large.append("(local.get $a))");
        Problem problem = only(bench.inspect(Bench.PRELUDE + ANSWER + large));
        assertEquals("FUNCTION_TOO_LARGE", problem.code());
        assertEquals(3, Bench.place(problem).line());
        PluginException refused = assertThrows(
                PluginException.class, () -> bench.executor().start(bench.launch(Bench.PRELUDE + ANSWER + large)));
        assertEquals(PluginException.Kind.REJECTED, refused.kind());
    }

    @Test
    void aModuleWhoseStartTrapsIsRefusedInWords() throws Exception {
        Launch launch = bench.launch(Bench.PRELUDE + ANSWER + "(func $start unreachable) (start $start)");
        assertEquals(List.of(), bench.executor().inspect(launch));
        PluginException refused =
                assertThrows(PluginException.class, () -> bench.executor().start(launch));
        assertEquals(PluginException.Kind.REJECTED, refused.kind());
        assertTrue(refused.getMessage().contains("unreachable"), refused.getMessage());
    }

    @Test
    @Tag("FH-13")
    void damagedModulesAreProblemsAndNeverErrors() throws Exception {
        byte[] whole = Files.readAllBytes(Wat.sample("ask"));
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 150; i++) {
            byte[] damaged = random.nextInt(4) == 0
                    ? Arrays.copyOf(whole, random.nextInt(whole.length))
                    : damaged(whole.clone(), random);
            Limits limits = new Limits(16, Duration.ofSeconds(1), 1000, Map.of());
            try {
                refused += bench.executor()
                                .inspect(bench.launch(damaged, "main.handler", limits, Map.of()))
                                .isEmpty()
                        ? 0
                        : 1;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + i + ": inspect threw", e);
            }
        }
        assertTrue(refused > 40, "seed " + seed + ": only " + refused + " of 150 were refused");
    }

    private static byte[] damaged(byte[] module, Random random) {
        for (int i = 0; i <= random.nextInt(3); i++) {
            module[random.nextInt(module.length)] = (byte) random.nextInt();
        }
        return module;
    }
}
