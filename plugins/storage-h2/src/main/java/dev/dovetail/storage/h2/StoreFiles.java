package dev.dovetail.storage.h2;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.storage.h2.Logged.Write;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Where a store's files are: {@code <name>.mv.db} has the state, the folder {@code <name>.wal} the log, {@code <name>.lock}
 * keeps others away.
 */
record StoreFiles(Path home, String name) {
    private static final int COPIED_AT_ONCE = 2_000;

    Path lock() {
        return beside(home, ".lock");
    }

    Path base() {
        return beside(home, ".mv.db");
    }

    Path log() {
        return beside(home, ".wal");
    }

    private Path beside(Path root, String suffix) {
        return root.resolve(name + suffix);
    }

    void make() throws IOException {
        Files.createDirectories(log());
        try (FileChannel names = FileChannel.open(log().getParent(), StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** Writes what there was at a moment into a store of the same name in another home. */
    void copyTo(Path directory, long version, Moment moment) {
        Path name = Path.of(this.name);
        StoreFiles copy =
                new StoreFiles(directory, name.isAbsolute() ? name.getFileName().toString() : this.name);
        try {
            if (Files.exists(copy.base())) {
                throw new PluginException(
                        Kind.REJECTED, "There is a store in " + copy.base() + "; expected an empty directory");
            }
            copy.make();
        } catch (IOException e) {
            throw trouble("copy the state store to " + directory, e);
        }
        try (Base base = new Base(copy.base(), 1)) {
            for (Space space : Space.values()) {
                Iterator<Entry> entries = moment.entries(space);
                while (entries.hasNext()) {
                    List<Write> some = new ArrayList<>();
                    while (entries.hasNext() && some.size() < COPIED_AT_ONCE) {
                        Entry entry = entries.next();
                        some.add(new Write(entry.key(), Found.there(entry)));
                    }
                    base.apply(some, version);
                }
            }
            base.apply(List.of(), version);
        }
    }

    static PluginException trouble(String what, IOException e) {
        String message = String.valueOf(e.getMessage());
        boolean full = message.contains("No space left") || message.contains("quota exceeded");
        String reason = switch (e) {
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case FileSystemException other
            when other.getReason() != null -> other.getReason() + " (" + other.getFile() + ")";
            default -> e.getClass().getSimpleName() + ": " + message;
        };
        return new PluginException(
                full ? Kind.EXHAUSTED : Kind.REJECTED,
                "Cannot " + what + " as user " + System.getProperty("user.name") + ": " + reason,
                e);
    }

    @Override
    public String toString() {
        return beside(home, "").toString();
    }
}
