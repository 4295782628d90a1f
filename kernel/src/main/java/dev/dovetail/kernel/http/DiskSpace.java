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

    /** That what went wrong with files comes of this disk, in words; empty if it does not. */
    Optional<String> shortage(Exception e) {
        OptionalLong free = free();
        if (free.isPresent() && free.getAsLong() < NONE) {
            return Optional.of("the disk is full: " + (free.getAsLong() >> 10) + " KiB are left for " + folder);
        }
        for (Throwable each = e; each != null; each = each.getCause()) {
            String message = String.valueOf(each.getMessage());
            if (message.contains("No space left") || message.contains("quota exceeded")) {
                return Optional.of("the disk of " + folder + " took no more" + left(free)
                        + ": what was to be kept may need more room, it"
                        + " may have no inodes (df -i), or the quota of this user is used up");
            }
        }
        return Optional.empty();
    }

    /** What did not fit is not there any more by now. */
    private static String left(OptionalLong free) {
        return free.isPresent() ? ", though it has " + (free.getAsLong() >> 20) + " MiB left" : "";
    }
}
