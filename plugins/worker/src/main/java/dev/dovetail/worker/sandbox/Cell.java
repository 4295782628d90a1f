package dev.dovetail.worker.sandbox;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A process, all that it starts, and the walls around them. Thread-safe. */
public interface Cell extends AutoCloseable {
    /**
     * Of the process that the kernel started, as its machine counts: the program's own at the level PROCESS, else that of the
     * walls around it, below which all others are found.
     */
    long pid();

    /** Where the code sees this path of the machine: inside of a mount, or the path itself at the level PROCESS. */
    Path seen(Path outside);

    /**
     * What the code writes to its standard output. A process pipe: read it on a platform thread, since on a virtual one every
     * waiting read holds a carrier, and some hundred of them stop all virtual threads. Both streams want to be read: code
     * that fills a pipe waits. They end with the last process that writes to them, or when the cell is closed.
     */
    InputStream output();

    /** What it writes to its standard error; as {@link #output}. */
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

    /**
     * Kills every process of the cell at once and waits until none is left; then removes what belonged to the cell: its group,
     * its files, its proxy. Does not answer to interrupts. Closing twice does nothing.
     *
     * @throws IllegalStateException if processes do not end, which the machine's kernel then keeps from it
     */
    @Override
    void close();

    /**
     * How it ended.
     *
     * @param status as a shell counts: 0 to 255, 128 + n for signal n; 125 with a line on standard error if the program was
     *     never reached
     * @param memory whether it was killed because it needed more memory than it may have
     * @param said in words, such as {@code was killed by signal 11 (SIGSEGV)}
     */
    record End(int status, boolean memory, String said) {}

    /** @param peakBytes empty where the machine does not tell */
    record Used(Duration cpu, Optional<Long> peakBytes) {}
}
