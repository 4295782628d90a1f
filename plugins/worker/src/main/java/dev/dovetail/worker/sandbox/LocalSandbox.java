package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The sandbox of this machine. */
final class LocalSandbox implements Sandbox {
    private static final long LOOK_MILLIS = 50;

    private final Spawner spawner;
    private final Reached reached;
    private final Optional<Thread> watchdog;
    private final Set<RunningCell> cells = ConcurrentHashMap.newKeySet();
    private boolean closed;

    private LocalSandbox(Spawner spawner, Reached reached, Context context) {
        this.spawner = spawner;
        this.reached = reached;
        watchdog = reached.groups().isPresent()
                ? Optional.empty()
                : Optional.of(context.threads(0).newThread(this::watch));
    }

    static LocalSandbox open(SandboxSettings settings, Context context) throws IOException {
        Path scratch = Files.createTempDirectory(context.scratch(), "sandbox");
        Spawner spawner = new Spawner(context.threads(0));
        try {
            Reached reached = Reached.measure(settings, spawner, scratch, context.threads());
            if (reached.groups().isEmpty()) {
                Orphans.end();
            }
            LocalSandbox sandbox = new LocalSandbox(spawner, reached, context);
            sandbox.watchdog.ifPresent(Thread::start);
            if (reached.level() != Isolation.STRICT) {
                context.log().log(
                        System.Logger.Level.WARNING,
                        "Functions are isolated at the level " + reached.level() + ". This machine lacks "
                                + String.join("; ", reached.lacks()));
            }
            return sandbox;
        } catch (IOException | RuntimeException e) {
            spawner.close();
            throw e;
        }
    }

    /** Without control groups, adds up what the processes of each cell hold. */
    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_MILLIS);
                if (!cells.isEmpty()) {
                    ProcessTable table = ProcessTable.now();
                    cells.forEach(cell -> ((Family) cell.hold()).watch(table));
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    @Override
    public Isolation level() {
        return reached.level();
    }

    @Override
    public List<String> lacks() {
        return reached.lacks();
    }

    @Override
    public Cell start(CellPlan plan) throws IOException, InterruptedException {
        if (plan.atLeast().compareTo(level()) > 0) {
            throw new PluginException(
                    Kind.REJECTED,
                    "Isolation of at least " + plan.atLeast() + " was asked for, and this machine reaches " + level()
                            + ". It lacks " + String.join("; ", lacks()));
        }
        RunningCell cell = reached.maker().make(plan);
        cell.afterwards(() -> cells.remove(cell));
        boolean late;
        synchronized (this) {
            late = closed;
            cells.add(cell);
        }
        if (late) {
            cell.close();
            throw new PluginException(Kind.UNAVAILABLE, "The sandbox is closed");
        }
        if (Thread.interrupted()) {
            cell.close();
            throw new InterruptedException("Interrupted while a process started");
        }
        return cell;
    }

    @Override
    public boolean adopts() {
        return level() != Isolation.PROCESS && reached.groups().isPresent();
    }

    @Override
    public Cell adopt(Cell family, long inside, CompletableFuture<Integer> status) throws IOException {
        if (!adopts() || !(family instanceof RunningCell cell)) {
            throw new IllegalArgumentException("Not a cell whose processes can be told apart: " + family);
        }
        return reached.maker().adopt(cell, inside, status);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        RuntimeException failure = null;
        for (RunningCell cell : cells) {
            try {
                cell.close();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        watchdog.ifPresent(thread -> {
            thread.interrupt();
            Waiting.uninterrupted(thread::join);
        });
        spawner.close();
        reached.groups().ifPresent(ControlGroups::close);
        if (failure != null) {
            throw failure;
        }
    }
}
