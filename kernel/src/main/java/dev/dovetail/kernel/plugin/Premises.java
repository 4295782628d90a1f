package dev.dovetail.kernel.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What all plugins' lines share.
 *
 * @param run holds what only this process needs
 * @param stamps of the jars here and where they come from
 * @param generations counts them
 */
record Premises(
        PluginSettings settings,
        Path run,
        FileStamps stamps,
        Shelf shelf,
        Slots slots,
        Desired desired,
        ConfigCheck check,
        List<SlotWatcher> watchers,
        Broom broom,
        AtomicLong generations) {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");

    /** Makes the folders there are to be and reads what earlier runs left. */
    static Premises in(PluginSettings settings, ConfigCheck check) throws IOException {
        Path runs = Files.createDirectories(settings.data().resolve("run"));
        try (Stream<Path> former = Files.list(runs)) {
            former.filter(Premises::ended).forEach(Premises::delete);
        }
        FileStamps stamps = new FileStamps(settings.data().resolve("shelf.stamps"));
        Shelf shelf = new Shelf(settings.data().resolve("shelf"), stamps);
        shelf.readAll();
        return new Premises(
                settings,
                Files.createTempDirectory(runs, ProcessHandle.current().pid() + "-"),
                stamps,
                shelf,
                new Slots(settings.slots()),
                new FileDesired(settings.data().resolve("plugins.properties")),
                check,
                new CopyOnWriteArrayList<>(),
                Broom.ofThisJvm(),
                new AtomicLong());
    }

    /** Whether the process that made this directory of its own is no more. */
    private static boolean ended(Path run) {
        String pid = run.getFileName().toString().replaceFirst("-.*", "");
        return !pid.chars().allMatch(Character::isDigit)
                || ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    PluginSettings.Times times() {
        return settings.times();
    }

    /** Tells every watcher; one that fails keeps nothing from happening. */
    void tell(Consumer<SlotWatcher> what) {
        for (SlotWatcher each : watchers) {
            try {
                what.accept(each);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "Who was told of a swap failed at it", e);
            }
        }
    }

    /** Deletes a directory and all that is in it; what cannot be deleted stays until the next start. */
    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, directory + " cannot be deleted: " + e);
        }
    }
}
