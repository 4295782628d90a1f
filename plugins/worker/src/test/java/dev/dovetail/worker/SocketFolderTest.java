package dev.dovetail.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.testkit.ContextAround;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketFolderTest {
    private static final String LONG =
            "a folder whose name is so long that no socket in it could have an address ".repeat(2);

    @Test
    void whatAKilledKernelLeftElsewhereGoesWithTheNextOneAndWhatLivesStays(@TempDir Path folder) throws Exception {
        Path scratch = Files.createDirectories(folder.resolve(LONG));
        try (Workshop workshop = new Workshop()) {
            Context context = new Elsewhere(workshop, folder, scratch);
            SocketFolder killed = SocketFolder.open(context);
            Files.writeString(killed.path().resolve("socket"), "");
            assertFalse(killed.path().startsWith(folder), "it is not in the data folder");
            try (SocketFolder beside = SocketFolder.open(context)) {
                assertTrue(Files.exists(killed.path()), "both are of one process");
                Path note = killed.note().orElseThrow();
                Files.write(
                        note, List.of("1", "2000-01-01T00:00:00Z", killed.path().toString()));
                SocketFolder.open(context).close();
                assertFalse(Files.exists(killed.path()));
                assertFalse(Files.exists(note));
                assertTrue(Files.exists(beside.path()));
            }
            assertEquals(List.of(), notes(folder));
        }
    }

    private static List<Path> notes(Path cache) throws IOException {
        try (var all = Files.list(cache.resolve("sockets"))) {
            return all.toList();
        }
    }

    /** With other directories. */
    private record Elsewhere(Context context, Path cache, Path scratch) implements ContextAround {}
}
