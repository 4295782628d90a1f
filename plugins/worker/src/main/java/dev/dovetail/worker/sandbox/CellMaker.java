package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Puts cells together, in one of the ways that this machine may allow. Thread-safe. */
final class CellMaker {
    private static final long SPARE_BYTES = 64 << 20;

    private final SandboxSettings settings;
    private final Spawner spawner;
    private final Path folders;
    private final Optional<Walls> walls;
    private final Optional<ControlGroups> groups;
    private final Optional<Path> setpriv;
    private final AtomicLong count = new AtomicLong();
    private final AtomicInteger nextUser;

    /** @param folders where each cell gets a folder of its own */
    CellMaker(
            SandboxSettings settings,
            Spawner spawner,
            Path folders,
            Optional<Walls> walls,
            Optional<ControlGroups> groups,
            Optional<Path> setpriv) {
        this.settings = settings;
        this.spawner = spawner;
        this.folders = folders;
        this.walls = walls;
        this.groups = groups;
        this.setpriv = setpriv;
        // kernels on one machine do not know of each other
        nextUser = new AtomicInteger(ThreadLocalRandom.current().nextInt(settings.users()));
    }

    RunningCell make(CellPlan plan) throws IOException {
        check(plan);
        String mark = UUID.randomUUID().toString();
        Family family = new Family(mark, plan.memoryBytes());
        Hold hold = groups.isPresent()
                ? groups.get().make(plan, settings, walls.isPresent() ? Walls.PROCESSES : 0)
                : family;
        CellFolder folder = null;
        try {
            boolean ownUser = walls.isPresent() && walls.get().setpriv().isPresent();
            folder = CellFolder.make(
                    folders.resolve("cell-" + count.incrementAndGet()), ownUser ? user() : 0, plan, limits(plan));
            Process process = spawner.spawn(program(plan, hold, folder, mark));
            family.begin(process.toHandle());
            return new RunningCell(plan, process, hold, folder, walls.isPresent());
        } catch (IOException | RuntimeException e) {
            hold.release();
            if (folder != null) {
                folder.remove();
            }
            throw e;
        }
    }

    private ProcessBuilder program(CellPlan plan, Hold hold, CellFolder folder, String mark) throws IOException {
        List<String> words;
        if (walls.isPresent()) {
            walls.get().give(plan, folder);
            words = Shell.before(
                    plan,
                    hold.doors(),
                    walls.get().descriptors(folder),
                    walls.get().command(plan, folder));
        } else {
            words = Shell.before(plan, hold.doors(), List.of(), Bare.command(plan, mark, setpriv));
        }
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().clear();
        builder.environment().put(Family.MARK, mark);
        if (walls.isEmpty()) {
            builder.directory(Bare.directory(plan).toFile());
        }
        return builder;
    }

    private int user() {
        return settings.firstUser() + Math.floorMod(nextUser.incrementAndGet(), settings.users());
    }

    /** Without control groups each process has limits, and the watchdog adds up what they hold. */
    private CellFolder.Limits limits(CellPlan plan) {
        return groups.isPresent()
                ? CellFolder.Limits.NONE
                : new CellFolder.Limits(2 * plan.memoryBytes() + SPARE_BYTES, plan.processes() + Walls.PROCESSES);
    }

    private void check(CellPlan plan) throws IOException {
        try {
            if (plan.command().isEmpty() || !plan.command().getFirst().startsWith("/")) {
                throw new IllegalArgumentException("Expected the absolute path of a program, not " + plan.command());
            }
            if (plan.command().getFirst().contains("=")) {
                throw new IllegalArgumentException("Expected the path of a program without an equals sign: "
                        + plan.command().getFirst());
            }
            for (String name : plan.environment().keySet()) {
                if (name.isEmpty() || name.contains("=") || name.contains("\0")) {
                    throw new IllegalArgumentException(
                            "Expected the name of a variable, without an equals sign: \"" + name + "\"");
                }
            }
            if (plan.memoryBytes() < 1 || plan.temporaryBytes() < 1 || plan.processes() < 1 || plan.files() < 1) {
                throw new IllegalArgumentException("Expected limits of at least 1");
            }
            if (walls.isPresent()) {
                walls.get().check(plan);
            }
        } catch (IllegalArgumentException e) {
            throw new PluginException(Kind.REJECTED, e.getMessage());
        }
    }
}
