package dev.dovetail.cli;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Waits until something in a folder, or a folder below it, is saved, or where links in it lead. What is hidden, and what tools put beside the code, is
 * not looked at. Used by one thread.
 */
final class FolderWatch implements AutoCloseable {
    /** Editors save in steps: a new file, a rename, a time. */
    private static final Duration QUIET = Duration.ofMillis(20);

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofMillis(500);
    private static final Set<String> NOT_CODE = Set.of("node_modules", "__pycache__", "target");

    private final WatchService service;
    private final Set<Path> whole = new HashSet<>();
    private final Set<Path> files = new HashSet<>();
    /** What was asked for, and was deleted since: builds and checkouts make their folders anew. */
    private final Set<Path> gone = new HashSet<>();

    private final Set<Path> asked = new HashSet<>();

    private FolderWatch(WatchService service) {
        this.service = service;
    }

    /** @throws Main.Unusable if it cannot be watched */
    static FolderWatch of(Path folder) {
        try {
            FolderWatch watch = new FolderWatch(folder.getFileSystem().newWatchService());
            watch.asked.add(folder);
            watch.add(folder);
            return watch;
        } catch (IOException e) {
            throw new Main.Unusable("Cannot watch " + folder + ": " + Input.reason(e));
        }
    }

    /** Watches nothing yet, on the disk that this file is on. */
    static FolderWatch none(Path file) {
        try {
            return new FolderWatch(file.getFileSystem().newWatchService());
        } catch (IOException e) {
            throw new Main.Unusable("Cannot watch " + file + ": " + Input.reason(e));
        }
    }

    /** Also this file; what else changes in its folder is not looked at. */
    void addOnly(Path file) {
        Path folder = file.getParent();
        files.add(file);
        asked.add(folder);
        try {
            folder.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
        } catch (IOException e) {
            throw new Main.Unusable("Cannot watch " + folder + ": " + Input.reason(e));
        }
    }

    private void add(Path root) throws IOException {
        FileVisitor<Path> each = new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (!folder.equals(root) && ignored(folder)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                folder.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
                whole.add(folder);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (Files.isSymbolicLink(file) && Files.exists(file)) { // it is saved where it is
                    Path real = file.toRealPath();
                    files.add(real);
                    real.getParent().register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // gone again, or a link that leads nowhere or round in a circle
            }
        };
        Files.walkFileTree(root, Set.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, each);
    }

    private static boolean ignored(Path folder) {
        String name = folder.getFileName().toString();
        return name.startsWith(".") || NOT_CODE.contains(name);
    }

    /** Returns once something was saved and then nothing for a moment; answers when the first of it was seen, in nanoseconds. */
    long await() throws InterruptedException {
        while (true) {
            WatchKey key = gone.isEmpty() ? service.take() : service.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            long seen = System.nanoTime();
            boolean saved = isBack();
            while (key != null) {
                saved |= take(key);
                key = System.nanoTime() - seen < LONGEST.toNanos()
                        ? service.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS)
                        : null;
            }
            if (saved) {
                return seen;
            }
        }
    }

    /** Whether something changed that is looked at. */
    private boolean take(WatchKey key) {
        boolean saved = false;
        for (WatchEvent<?> event : key.pollEvents()) {
            Path in = (Path) key.watchable();
            saved |= whole.contains(in)
                    || !(event.context() instanceof Path name) // more than could be told
                    || files.contains(in.resolve(name));
            watchNew(event, in);
        }
        if (!key.reset() && asked.contains((Path) key.watchable())) {
            gone.add((Path) key.watchable());
        }
        return saved;
    }

    /** Whether a folder that was deleted is there again; it is looked at from now on. */
    private boolean isBack() {
        boolean any = false;
        for (Path folder : List.copyOf(gone)) {
            try {
                if (Files.isDirectory(folder)) {
                    if (whole.contains(folder)) {
                        add(folder);
                    } else {
                        folder.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
                    }
                    any |= gone.remove(folder);
                }
            } catch (IOException _) {
                // gone once more
            }
        }
        return any;
    }

    /** A folder that is new is looked at too. */
    private void watchNew(WatchEvent<?> event, Path in) {
        if (whole.contains(in) && event.kind() == ENTRY_CREATE && event.context() instanceof Path name) {
            Path path = in.resolve(name);
            if (Files.isDirectory(path) && !ignored(path)) {
                try {
                    add(path);
                } catch (IOException _) {
                    // gone again: there is nothing to watch
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException _) {
            // it watches no more, which was all that was wanted
        }
    }
}
