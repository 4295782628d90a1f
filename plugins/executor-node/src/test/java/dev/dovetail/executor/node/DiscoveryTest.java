package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding interpreters, with stand-ins for installations. */
@Tag("TE-08")
final class DiscoveryTest {
    @TempDir
    private Path machine;

    private Path program(String path) throws IOException {
        Path program = machine.resolve(path);
        Files.createDirectories(program.getParent());
        Files.write(program, new byte[] {0x7F, 'E', 'L', 'F'});
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program.toRealPath();
    }

    private Nodes nodes(String... path) {
        return new Nodes(new Surroundings(
                machine.resolve("home"),
                List.of(path).stream().map(machine::resolve).toList()));
    }

    private Optional<Interpreter> found(Nodes nodes, String runtime) {
        return nodes.interpreters().stream()
                .filter(each -> each.runtime().equals(runtime))
                .findFirst();
    }

    @Test
    void whatIsMissingIsListedWithHowToGetIt() {
        List<Runtime> runtimes = nodes("empty").runtimes();
        assertTrue(runtimes.stream()
                .map(Runtime::name)
                .toList()
                .containsAll(List.of("node16", "node18", "node20", "node22")));
        Runtime first = runtimes.getFirst();
        if (found(nodes("empty"), "node16").isEmpty()) {
            assertTrue(first.missing().orElseThrow().contains("nvm install 16"), first.toString());
        }
    }

    @Test
    void versionKeepersAreLookedInAndTheNewestOfAMajorCounts() throws IOException {
        program("home/.nvm/versions/node/v18.9.0/bin/node");
        Path newer = program("home/.nvm/versions/node/v18.20.4/bin/node");
        Path fnm = program("home/.local/share/fnm/node-versions/v16.20.2/installation/bin/node");
        Path volta = program("home/.volta/tools/image/node/23.1.0/bin/node");
        Nodes nodes = nodes("empty");
        Interpreter eighteen = found(nodes, "node18").orElseThrow();
        assertEquals(newer, eighteen.program());
        assertEquals(Optional.of(newer.getParent().getParent()), eighteen.home());
        assertEquals(fnm, found(nodes, "node16").orElseThrow().program());
        assertEquals(volta, found(nodes, "node23").orElseThrow().program());
        assertTrue(nodes.runtimes().stream()
                .anyMatch(each -> each.name().equals("node23") && each.missing().isEmpty()));
    }

    @Test
    void thePathComesFirstAndTellsItsVersionByTheHeadersBesideIt() throws IOException {
        Path program = program("prefix/bin/node");
        program("home/.nvm/versions/node/v22.1.0/bin/node");
        Path headers = machine.resolve("prefix/include/node/node_version.h");
        Files.createDirectories(headers.getParent());
        Files.writeString(headers, "#define NODE_MAJOR_VERSION 22\n#define NODE_MINOR_VERSION 9\n");
        assertEquals(program, found(nodes("prefix/bin"), "node22").orElseThrow().program());
    }

    @Test
    void aScriptThatStandsInForAProgramIsNone() throws IOException {
        Path script = machine.resolve("shims/node22");
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/bin/sh\nexec something\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertFalse(nodes("shims").interpreters().stream()
                .anyMatch(each -> each.program().startsWith(machine)));
    }

    @Test
    void aRuntimeThatIsNotThereIsAProblemAndRefused() throws Exception {
        try (TestBench bench = Benches.open()) {
            Launch plain = bench.launch("index.js", "exports.handler = () => 1;");
            Launch odd = Samples.launch("node12", plain.code(), "index.handler");
            Problem problem = bench.executor().inspect(odd).getFirst();
            assertEquals("RUNTIME_MISSING", problem.code());
            assertTrue(problem.remedy().isPresent());
            PluginException thrown =
                    assertThrows(PluginException.class, () -> bench.executor().start(odd));
            assertEquals(PluginException.Kind.REJECTED, thrown.kind());
        }
    }

    @Test
    void aConfiguredInterpreterThatIsNotThereIsRefused() {
        PluginException thrown = assertThrows(
                PluginException.class, () -> Benches.open(Map.of("interpreters", Map.of("node16", "/nowhere/node"))));
        assertTrue(thrown.getMessage().contains("/nowhere/node"), thrown.getMessage());
    }
}
