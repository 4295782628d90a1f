package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Digest;
import dev.dovetail.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A digest that is not computed again is the one that would be computed. */
class FileStampsTest {
    @TempDir
    private Path folder;

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("a.jar"), text);
    }

    private FileStamps open() {
        return new FileStamps(folder.resolve("stamps"));
    }

    @Test
    void whatIsKnownIsKnownInTheNextProcess() throws Exception {
        Path file = file("one");
        FileStamps stamps = open();
        assertEquals(Optional.empty(), stamps.known(file));
        Digest digest = stamps.of(file);
        assertEquals(Generation.digestOf(file), digest);
        stamps.save();
        assertEquals(Optional.of(digest), open().known(file));
    }

    @Test
    void aChangeShowsThoughSizeAndTimeArePutBack() throws Exception {
        Path file = file("one");
        FileStamps stamps = open();
        Digest before = stamps.of(file);
        FileTime time = Files.getLastModifiedTime(file);
        Eventually.holds(
                "the change shows",
                () -> { // the clock of a file system has steps
                    file("two");
                    Files.setLastModifiedTime(file, time);
                    return stamps.known(file).isEmpty();
                });
        assertNotEquals(before, stamps.of(file));
        assertEquals(Generation.digestOf(file), stamps.of(file));
    }

    @Test
    void filesThatAreGoneAreForgotten() throws Exception {
        Path file = file("one");
        FileStamps stamps = open();
        stamps.of(file);
        stamps.save();
        Files.delete(file);
        stamps.put(Files.writeString(folder.resolve("b.jar"), "b"), Digest.of(new byte[0]));
        stamps.save();
        assertEquals(1, Files.readAllLines(folder.resolve("stamps")).size());
        assertTrue(open().known(folder.resolve("b.jar")).isPresent());
    }

    @Test
    void aFileOfStampsThatIsBrokenCostsOnlyTime() throws Exception {
        Path file = file("one");
        Files.writeString(folder.resolve("stamps"), "no digest\tat\n\u0000");
        FileStamps stamps = open();
        assertEquals(Generation.digestOf(file), stamps.of(file));
        stamps.save();
        assertEquals(Optional.of(stamps.of(file)), open().known(file));
    }
}
