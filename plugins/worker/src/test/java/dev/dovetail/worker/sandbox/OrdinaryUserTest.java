package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A kernel that is not root, and has no control groups to write to. */
@Tag("RT-25")
@Needs({Need.BUBBLEWRAP, Need.ROOT, Need.SHELL})
class OrdinaryUserTest {
    private static final String NOBODY_ELSE = "4242";

    @Test
    void namespacesAreReachedAndWhatIsMissingIsTold() throws Exception {
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "dovetail-ordinary");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> as = List.of("setpriv", "--reuid", NOBODY_ELSE, "--regid", NOBODY_ELSE, "--clear-groups");
        try (Keeper keeper = Keeper.start(folder, as)) {
            assertEquals("STANDARD", keeper.line());
            String lacks = keeper.line();
            assertTrue(lacks.contains("run the kernel as root"), lacks);
            assertTrue(lacks.contains("control groups"), lacks);
            assertTrue(keeper.line().matches("\\d+ \\d+ \\d+"));
            keeper.process.getOutputStream().write('\n');
            keeper.process.getOutputStream().flush();
            assertTrue(keeper.line().matches("1000 [2-5] 1 /bin/sh"));
        } finally {
            new CellFolder(folder, 0).remove();
        }
    }
}
