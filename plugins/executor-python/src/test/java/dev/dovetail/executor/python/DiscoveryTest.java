package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding interpreters, with stand-ins for installations. */
@Tag("TE-08")
final class DiscoveryTest {
    @TempDir
    private Path machine;

    private Path program(String path, byte... content) throws IOException {
        Path program = machine.resolve(path);
        Files.createDirectories(program.getParent());
        Files.write(program, content);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program.toRealPath();
    }

    private Pythons pythons() {
        return new Pythons(new Surroundings(machine.resolve("home"), List.of(machine.resolve("bin"))));
    }

    private Optional<Interpreter> found(String runtime) {
        return pythons().interpreters().stream()
                .filter(each -> each.runtime().equals(runtime))
                .findFirst();
    }

    @Test
    void whatIsMissingIsListedWithHowToGetIt() {
        assertEquals(
                List.of("python3.8", "python3.9", "python3.10", "python3.11", "python3.12", "python3.13"),
                pythons().runtimes().stream().map(each -> each.name()).toList());
        assertTrue(pythons().runtimes().getFirst().missing().orElseThrow().contains("pyenv install 3.8"));
        assertEquals(6, pythons().missing().size());
    }

    @Test
    void versionKeepersAreLookedInAndTheNewestCounts() throws IOException {
        program("home/.pyenv/versions/3.11.2/bin/python3.11", (byte) 0x7F, (byte) 'E');
        Path newer = program("home/.pyenv/versions/3.11.10/bin/python3.11", (byte) 0x7F, (byte) 'E');
        Path uv = program("home/.local/share/uv/python/cpython-3.14.0-linux/bin/python3.14", (byte) 0x7F, (byte) 'E');
        Interpreter eleven = found("python3.11").orElseThrow();
        assertEquals(newer, eleven.program());
        assertEquals(Optional.of(newer.getParent().getParent()), eleven.home());
        assertEquals(uv, found("python3.14").orElseThrow().program());
    }

    @Test
    void thePathComesFirstAndScriptsThatStandInAreLeftOut() throws IOException {
        Path kept = program("home/.pyenv/versions/3.9.1/bin/python3.9", (byte) 0x7F, (byte) 'E');
        program("bin/python3.9", (byte) '#', (byte) '!');
        assertEquals(kept, found("python3.9").orElseThrow().program());
        Path first = program("bin/python3.9", (byte) 0x7F, (byte) 'E');
        assertEquals(first, found("python3.9").orElseThrow().program());
    }
}
