package dev.dovetail.worker.sandbox;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A cell of the level PROCESS. */
final class RunningCell implements Cell {
    private final CellPlan plan;
    private final Process process;
    private final Family family;
    private final Runnable gone;
    private final CompletableFuture<End> ended;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean memory;

    RunningCell(CellPlan plan, Process process, Family family, Runnable gone) {
        this.plan = plan;
        this.process = process;
        this.family = family;
        this.gone = gone;
        ended = process.onExit().thenApply(it -> Ends.of(it.exitValue(), memory, plan.memoryBytes()));
    }

    /** Kills a cell that holds more than it may. */
    void watch(ProcessTable table) {
        if (family.look(table) > plan.memoryBytes()) {
            memory = true;
            family.kill();
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public Path seen(Path outside) {
        return outside;
    }

    @Override
    public InputStream output() {
        return process.getInputStream();
    }

    @Override
    public InputStream errors() {
        return process.getErrorStream();
    }

    @Override
    public OutputStream input() {
        return process.getOutputStream();
    }

    @Override
    public void ready() {}

    @Override
    public CompletableFuture<End> ended() {
        return ended;
    }

    @Override
    public boolean alive() {
        return process.isAlive();
    }

    @Override
    public Used used() {
        Duration cpu = family.cpu();
        return new Used(cpu, Optional.of(family.peakBytes()).filter(bytes -> bytes > 0));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            family.kill();
            Waiting.uninterrupted(process::waitFor);
            gone.run();
        }
    }
}
