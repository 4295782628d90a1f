package dev.dovetail.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A benchmark leaves nothing where its servers were. */
@Needs(Need.SHELL)
final class DovetailTest {
    @TempDir
    private Path home;

    /** A server as far as this is concerned: it keeps a key beside its data folder, as the real one does. */
    private void server(String then) throws IOException {
        Path bin = Files.createDirectory(home.resolve("bin")).resolve("dovetail");
        Files.writeString(bin, """
                #!/bin/sh
                while [ $# -gt 0 ]; do [ "$1" = --data ] && data=$2; shift; done
                mkdir -p "$data/run/w"
                echo key > "$data.key"
                %s
                """.formatted(then));
        Files.setPosixFilePermissions(bin, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void theKeyOfADataFolderGoesWithIt() throws IOException {
        server("echo 'ready http://127.0.0.1:1'\nexec sleep 600");
        Path data;
        try (Dovetail dovetail = Dovetail.start(home, "{}")) {
            data = dovetail.data();
            assertTrue(Files.exists(data.resolve("dovetail.json")));
            assertTrue(Files.exists(data.resolveSibling(data.getFileName() + ".key")));
        }
        assertFalse(Files.exists(data.getParent()));
    }

    @Test
    void nothingIsLeftOfOneThatDoesNotStart() throws IOException {
        server("echo \"no port for $data\" >&2");
        String told = assertThrows(IllegalStateException.class, () -> Dovetail.start(home))
                .getMessage();
        assertTrue(told.contains("no port for "), told);
        Path data = Path.of(told.substring(told.indexOf("no port for ") + 12).strip());
        assertFalse(Files.exists(data.getParent()), data::toString);
    }
}
