package dev.dovetail.worker.sandbox;

import dev.dovetail.worker.sandbox.CellPlan.Mount;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that was started, and what keeps it. */
final class RunningCell implements Cell {
    /** What a process may need between its beginning and its being taken out; measured are 0.5 to 1 MiB. */
    private static final long SPARE_BYTES = 2 << 20;

    private final CellPlan plan;
    private final Process process;
    private final Hold hold;
    private final boolean walls;
    private final CompletableFuture<End> ended;
    private final Undo undo;
    private final Keep keep;
    private final AtomicInteger lent = new AtomicInteger();

    /** @param undo what else is to be done when it is closed */
    RunningCell(CellPlan plan, Process process, Hold hold, boolean walls, Undo undo) {
        this.plan = plan;
        this.process = process;
        this.hold = hold;
        this.walls = walls;
        this.undo = undo;
        this.keep = new Keep(hold, undo);
        ended = process.onExit()
                .thenApply(it -> Ends.of(it.exitValue(), starved(it), plan.memoryBytes(), hold.reason()));
    }

    /** A child of the program may have been killed for its memory, and the program have lived on and ended well. */
    private boolean starved(Process it) {
        return it.exitValue() != 0 && hold.starved();
    }

    /** Runs once nothing is left of its processes. To be said before anybody else knows of the cell. */
    void afterwards(Undo.Step action) {
        undo.later(action);
    }

    Hold hold() {
        return hold;
    }

    CellPlan plan() {
        return plan;
    }

    /** So many of its processes have been taken out of its hold, and are still there. */
    void lent(int more) {
        hold.spare((lent.addAndGet(more) + 1) * SPARE_BYTES);
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public Path seen(Path outside) {
        if (!walls) {
            return outside;
        }
        Path best = outside;
        int depth = -1;
        for (Mount mount : plan.mounts()) {
            if (outside.startsWith(mount.outside()) && mount.outside().getNameCount() > depth) {
                depth = mount.outside().getNameCount();
                best = mount.inside()
                        .resolve(mount.outside().relativize(outside).toString());
            }
        }
        return best;
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
    public void ready() {
        keep.ready();
    }

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
        return keep.used();
    }

    @Override
    public void close() {
        keep.close(pid(), this::end);
    }

    private boolean end() {
        process.destroyForcibly(); // it may be on its way into its group, where nobody is yet
        boolean gone = hold.kill();
        Waiting.uninterrupted(process::waitFor);
        ended.join(); // it asks the hold
        return gone;
    }
}
