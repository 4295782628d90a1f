package dev.dovetail.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.NeedsCondition.Notes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NeedsTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsThereRunsAndNotesNothing() {
        Path file = folder.resolve("notes.txt");
        assertFalse(NeedsCondition.decide("ATest.one", List.of(), new Notes(file, true, Set.of()))
                .isDisabled());
        assertFalse(Files.exists(file));
    }

    @Test
    void whatIsMissingIsSkippedAndNotedInAFileThatBeginsEmpty() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "of an earlier run\n");
        Notes notes = new Notes(file, false, Set.of());
        assertTrue(NeedsCondition.decide("ATest.one", List.of(Need.NODE, Need.PROC), notes)
                .isDisabled());
        assertTrue(
                NeedsCondition.decide("ATest.two", List.of(Need.MOUNT), notes).isDisabled());
        assertEquals(
                List.of("ATest.one needs node and /proc", "ATest.two needs to mount a file system"),
                Files.readAllLines(file));
    }

    @Test
    void whenEverythingIsToBeProvedWhatIsMissingFails() {
        Notes notes = new Notes(folder.resolve("notes.txt"), true, Set.of());
        List<Need> missing = List.of(Need.ROOT);
        IllegalStateException failed =
                assertThrows(IllegalStateException.class, () -> NeedsCondition.decide("ATest.one", missing, notes));
        assertTrue(failed.getMessage().contains("to run as root"), failed::getMessage);
    }

    @Test
    void whatAMachineCannotHaveIsNotDemandedButNoted() throws IOException {
        Path file = folder.resolve("notes.txt");
        Notes notes = new Notes(file, true, Set.of("PYTHONS"));
        assertTrue(
                NeedsCondition.decide("ATest.one", List.of(Need.PYTHONS), notes).isDisabled());
        assertEquals(1, Files.readAllLines(file).size());
        List<Need> more = List.of(Need.PYTHONS, Need.JDKS);
        assertThrows(IllegalStateException.class, () -> NeedsCondition.decide("ATest.two", more, notes));
    }

    @Test
    @Needs(Need.PROC)
    void aNeedThatIsMetLetsTheTestRun() {
        assertTrue(Files.exists(Path.of("/proc/self/status")));
    }
}
