package dev.dovetail.worker;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Digest;
import dev.dovetail.worker.log.LogWatch;
import dev.dovetail.worker.sandbox.Sandbox;
import dev.dovetail.worker.wire.FrameRoom;
import dev.dovetail.worker.wire.Switchboard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What all workers of an executor stand on: the sandbox, the thread that listens, the one that reads logs, directories. */
final class Yard implements AutoCloseable {
    private static final int SHORT_NAME = 12;

    private final Language language;
    private final WorkerSettings settings;
    private final Context context;
    private final Sandbox sandbox;
    private final Switchboard board;
    private final LogWatch logs;
    private final Path files;
    private final SocketFolder cells;
    private final Optional<Templates> templates;
    private final AtomicLong counted = new AtomicLong();

    private Yard(
            Language language,
            WorkerSettings settings,
            Context context,
            Sandbox sandbox,
            Switchboard board,
            LogWatch logs,
            Path files,
            SocketFolder cells) {
        this.language = language;
        this.settings = settings;
        this.context = context;
        this.sandbox = sandbox;
        this.board = board;
        this.logs = logs;
        this.files = files;
        this.cells = cells;
        boolean possible = sandbox.adopts() && !settings.stdio() && language.templates() > 0;
        templates = possible
                ? Optional.of(new Templates(this, language.templates(), language.templatesKept()))
                : Optional.empty();
    }

    static Yard open(Language language, WorkerSettings settings, Context context) throws IOException {
        Path files = extract(language, context.scratch());
        SocketFolder cells = SocketFolder.open(context);
        Sandbox sandbox;
        try {
            sandbox = Sandbox.open(settings.sandbox(), context);
        } catch (IOException | RuntimeException e) {
            cells.close();
            throw e;
        }
        try {
            return new Yard(
                    language,
                    settings,
                    context,
                    sandbox,
                    Switchboard.open(context, FrameRoom.of(Runtime.getRuntime().maxMemory())),
                    LogWatch.open(context),
                    files,
                    cells);
        } catch (IOException | RuntimeException e) {
            sandbox.close();
            cells.close();
            throw e;
        }
    }

    /** Written once for all workers, under a name that changes with the content. */
    private static Path extract(Language language, Path scratch) throws IOException {
        MessageDigest digest = Digest.sha256();
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (String name : language.files()) {
            try (InputStream in = language.getClass().getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalStateException("The plugin's jar lacks " + name);
                }
                byte[] content = in.readAllBytes();
                digest.update(content);
                contents.put(name, content);
            }
        }
        String name = language.name() + "-" + Digest.of(digest).hex().substring(0, SHORT_NAME);
        Path directory = Files.createDirectories(scratch.resolve(name));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Map.Entry<String, byte[]> each : contents.entrySet()) {
            Path file = Files.write(directory.resolve(each.getKey()), each.getValue());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        return directory;
    }

    Language language() {
        return language;
    }

    WorkerSettings settings() {
        return settings;
    }

    Context context() {
        return context;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Switchboard board() {
        return board;
    }

    LogWatch logs() {
        return logs;
    }

    /** Where the language's files are. */
    Path files() {
        return files;
    }

    /** Empty where none are wanted, or possible. */
    Optional<Templates> templates() {
        return templates;
    }

    /** What is done on a thread of its own, until the plugin is unloaded. */
    interface Task {
        void run() throws InterruptedException;
    }

    void later(Task task) {
        context.threads()
                .newThread(() -> {
                    try {
                        task.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })
                .start();
    }

    /** A new directory of one worker's own. */
    Path directory() throws IOException {
        return Files.createDirectory(cells.path().resolve(Long.toString(counted.incrementAndGet(), 36)));
    }

    void delete(Path directory) {
        try {
            SocketFolder.delete(directory);
        } catch (IOException | java.io.UncheckedIOException e) {
            context.log().log(System.Logger.Level.DEBUG, "Could not delete " + directory, e);
        }
    }

    @Override
    public void close() {
        templates.ifPresent(Templates::close);
        sandbox.close();
        board.close();
        logs.close();
        cells.close();
    }
}
