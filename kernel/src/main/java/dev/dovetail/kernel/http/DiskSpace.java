package dev.dovetail.kernel.http;

import dev.dovetail.kernel.telemetry.Reading;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** How much room a folder's disk has left. Asks the machine each time. Thread-safe. */
final class DiskSpace {
    /** Below that whatever is written now and then finds no room, though a little of it may. */
    private static final long NONE = 4L << 20;

    private final Path folder;

    private DiskSpace(Path folder) {
        this.folder = folder;
    }

    /** Of this folder, shown as a metric too. */
    static DiskSpace shown(Path folder, Telemetry telemetry) {
        DiskSpace disk = new DiskSpace(folder);
        telemetry.gauge("disk.free.bytes", "Room that is left on the disk of the data folder", disk::readings);
        return disk;
    }

    private List<Reading> readings() {
        return free().stream().mapToObj(bytes -> new Reading(bytes, Map.of())).toList();
    }

    /** In bytes; empty if the machine does not tell. */
    private OptionalLong free() {
        try {
            FileStore store = Files.getFileStore(folder);
            return OptionalLong.of(store.getUsableSpace());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** That there is none, in words; empty if there is. */
    Optional<String> shortage() {
        OptionalLong free = free();
        return free.isPresent() && free.getAsLong() < NONE
                ? Optional.of("the disk is full: " + (free.getAsLong() >> 10) + " KiB are left for " + folder)
                : Optional.empty();
    }
}
