package dev.dovetail.worker.sandbox;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A process, all that it starts, and the walls around them. Thread-safe. */
public interface Cell extends AutoCloseable {
    /** Of the first process, as the kernel's machine counts. */
    long pid();

    /** Where the code sees this path of the machine: inside of a mount, or the path itself at the level PROCESS. */
    Path seen(Path outside);

    /** What the code writes to its standard streams. Read on platform threads only: see {@link #close}. */
    InputStream output();

    InputStream errors();

    /** What the code reads from its standard input. */
    OutputStream input();

    /** Limits its share of the processors in proportion to its memory from now on; before, it starts at full speed. */
    void ready();

    /** Completes when the first process has ended. */
    CompletableFuture<End> ended();

    boolean alive();

    /** What all processes of the cell have used until now. */
    Used used();

    /** Kills every process of the cell at once and waits until none is left; then removes what belonged to the cell. */
    @Override
    void close();

    /**
     * How it ended.
     *
     * @param status as a shell counts: 0 to 255, 128 + n for signal n
     * @param memory whether it was killed because it needed more memory than it may have
     * @param said in words, such as {@code was killed by signal 11 (SIGSEGV)}
     */
    record End(int status, boolean memory, String said) {}

    /** @param peakBytes empty where the machine does not tell */
    record Used(Duration cpu, Optional<Long> peakBytes) {}
}
