package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.testkit.executor.FakeHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples in C, AssemblyScript and the text form are functions, and small. */
@Tag("RT-12")
final class ExamplesTest {
    private static final Path EXAMPLES = Path.of("../../distribution/examples/wasm");
    private static final Limits LIMITS = new Limits(128, Duration.ofSeconds(10), 1 << 20, Map.of());

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static FakeHost host() {
        return new FakeHost(call -> FakeHost.json("\"2026-11-21T08:00:00.000Z\""));
    }

    private Outcome run(byte[] module, String input, FakeHost host) throws Exception {
        Launch launch = bench.launch(module, "main.handler", LIMITS, Map.of());
        assertEquals(List.of(), bench.executor().inspect(launch));
        return bench.run(launch, input, host);
    }

    private static byte[] module(String language) throws Exception {
        return Files.readAllBytes(EXAMPLES.resolve(language).resolve("main.wasm"));
    }

    @ParameterizedTest
    @CsvSource({"c", "assemblyscript"})
    void theCommittedModulesAreSmallAndHaveTheDigestsOfTheList(String language) throws Exception {
        byte[] module = module(language);
        assertTrue(module.length < 20_000, language + " has " + module.length + " bytes");
        String line = Digest.of(module) + "  " + language + "/main.wasm";
        assertTrue(Files.readAllLines(EXAMPLES.resolve("SHA256SUMS")).contains(line), line);
    }

    @Test
    void theOneInCCountsWordsAndAsksForTheTime() throws Exception {
        FakeHost host = host();
        assertEquals(
                "{\"words\":3,\"at\":\"2026-11-21T08:00:00.000Z\"}",
                Bench.answer(run(module("c"), "\" one two\\nthree\"", host)));
        assertEquals("counted", ((HostNote.Log) host.told().getFirst()).message());
        Fault fault = Bench.fault(run(module("c"), "{}", host()));
        assertTrue(fault.message().contains("expected a text"), fault.message());
        String long1 = "\"" + "word ".repeat(100_000) + "\"";
        assertTrue(Bench.answer(run(module("c"), long1, host())).startsWith("{\"words\":100000,"));
    }

    @Test
    void theOneInAssemblyScriptMakesNamesAndItsErrorsHavePlaces() throws Exception {
        FakeHost host = host();
        assertEquals(
                "\"hello-world-2\"",
                Bench.answer(run(module("assemblyscript"), "\"Hello,\\n \\u00fc World! (2)\"", host)));
        assertEquals("made hello-world-2", ((HostNote.Log) host.told().getFirst()).message());
        Fault fault = Bench.fault(run(module("assemblyscript"), "7", host()));
        assertTrue(fault.message().contains("expected a text"), fault.message());
        assertEquals("main.ts", fault.place().orElseThrow().file());
    }

    @Test
    void theModuleInTheDocumentIsOne() throws Exception {
        String page = Files.readString(Path.of("../../docs/wasm.md"));
        String text = page.replaceAll("(?s).*?```wat\\n(.*?)```.*", "$1");
        assertEquals("{\"a\":1}", Bench.answer(run(Wat.compile(text), "{\"a\":1}", host())));
    }

    @Test
    void theOneInTheTextFormAnswersInputAndTime() throws Exception {
        byte[] module = Wat.compile(Files.readString(EXAMPLES.resolve("wat/main.wat")));
        assertEquals(
                "{\"input\":[1,2],\"at\":\"2026-11-21T08:00:00.000Z\"}", Bench.answer(run(module, "[1,2]", host())));
        Fault fault = Bench.fault(run(module, "1", new FakeHost()));
        assertTrue(fault.message().contains("This host answers nothing"), fault.message());
    }
}
