package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A sandbox that has no walls. */
final class LocalSandbox implements Sandbox {
    private static final long LOOK_MILLIS = 50;

    private final Spawner spawner;
    private final Thread watchdog;
    private final Set<RunningCell> cells = ConcurrentHashMap.newKeySet();

    LocalSandbox(SandboxSettings settings, Context context) {
        spawner = new Spawner(context.threads(0));
        watchdog = context.threads(0).newThread(this::watch);
        watchdog.start();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_MILLIS);
                if (!cells.isEmpty()) {
                    ProcessTable table = ProcessTable.now();
                    cells.forEach(cell -> cell.watch(table));
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    @Override
    public Isolation level() {
        return Isolation.PROCESS;
    }

    @Override
    public List<String> lacks() {
        return List.of("walls around a process");
    }

    @Override
    public Cell start(CellPlan plan) throws IOException, InterruptedException {
        if (plan.atLeast().compareTo(level()) > 0) {
            throw new PluginException(
                    Kind.REJECTED,
                    "This machine isolates functions at the level " + level() + ", and " + plan.atLeast()
                            + " was asked for. It lacks " + String.join("; ", lacks()));
        }
        String mark = UUID.randomUUID().toString();
        ProcessBuilder builder = new ProcessBuilder(Shell.before(plan, Bare.command(plan, mark)))
                .directory(Bare.directory(plan).toFile());
        builder.environment().clear();
        Process process = spawner.spawn(builder);
        RunningCell[] made = new RunningCell[1];
        RunningCell cell =
                new RunningCell(plan, process, new Family(process.toHandle(), mark), () -> cells.remove(made[0]));
        made[0] = cell;
        cells.add(cell);
        if (Thread.interrupted()) {
            cell.close();
            throw new InterruptedException("Interrupted while a process started");
        }
        return cell;
    }

    @Override
    public void close() {
        cells.forEach(RunningCell::close);
        watchdog.interrupt();
        Waiting.uninterrupted(watchdog::join);
        spawner.close();
    }
}
