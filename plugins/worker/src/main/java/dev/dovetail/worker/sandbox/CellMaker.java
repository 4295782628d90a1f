package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.worker.sandbox.CellPlan.Mount;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Puts cells together, in one of the ways that this machine may allow. Thread-safe. */
final class CellMaker {
    private static final long SPARE_BYTES = 64 << 20;

    /** The longest path that a Unix socket may have. */
    private static final int LONGEST_SOCKET = 100;

    private static final Path EGRESS_INSIDE = Path.of("/run/egress.sock");

    /**
     * What every way of making cells needs.
     *
     * @param folders where each cell gets a folder of its own
     * @param threads virtual ones
     * @param setpriv a program that changes what a process may do, if the machine has it
     */
    record Means(
            SandboxSettings settings, Spawner spawner, Path folders, ThreadFactory threads, Optional<Path> setpriv) {}

    private static final AtomicLong COUNT = new AtomicLong();

    private final Means means;
    private final Optional<Walls> walls;
    private final Optional<ControlGroups> groups;
    private final AtomicInteger nextUser;

    CellMaker(Means means, Optional<Walls> walls, Optional<ControlGroups> groups) {
        this.means = means;
        this.walls = walls;
        this.groups = groups;
        // kernels on one machine do not know of each other
        nextUser = new AtomicInteger(
                ThreadLocalRandom.current().nextInt(means.settings().users()));
    }

    RunningCell make(CellPlan asked) throws IOException {
        check(asked);
        String mark = Orphans.mark();
        try (Undo undo = new Undo()) {
            Path own = means.folders().resolve("cell-" + COUNT.incrementAndGet());
            CellPlan plan = asked.egress().granted() ? withEgress(asked, own, undo) : asked;
            int ofWalls = walls.isPresent() ? Walls.PROCESSES : 0;
            Family family = new Family(mark, plan.memoryBytes(), plan.processes() + ofWalls);
            Hold hold = groups.isPresent() ? groups.get().make(plan, means.settings(), ofWalls) : family;
            undo.later(hold::release);
            boolean ownUser = walls.isPresent() && walls.get().setpriv().isPresent();
            CellFolder folder = new CellFolder(own, ownUser ? user() : 0);
            undo.later(folder::remove);
            folder.make(plan, limits(plan));
            Process process = means.spawner().spawn(program(plan, hold, folder, mark));
            family.begin(process.toHandle());
            return new RunningCell(plan, process, hold, walls.isPresent(), undo.handOver());
        }
    }

    /** Only where there are groups and walls. */
    AdoptedCell adopt(RunningCell family, long inside, CompletableFuture<Integer> status) throws IOException {
        ProcessHandle process = AdoptedCell.find(family.hold().members(), inside);
        Hold hold = groups.orElseThrow().make(family.plan(), means.settings(), 0);
        try (Undo undo = new Undo()) {
            undo.later(hold::release);
            undo.later(hold::kill);
            for (Path door : hold.doors()) {
                ControlGroups.set(door.getParent(), door.getFileName().toString(), process.pid());
            }
            if (!process.isAlive()) {
                throw new IOException("The process " + inside + " has ended");
            }
            family.lent(1);
            undo.later(() -> family.lent(-1));
            return new AdoptedCell(family, process, hold, status, undo.handOver());
        }
    }

    private CellPlan withEgress(CellPlan plan, Path folder, Undo undo) throws IOException {
        Path socket = folder.resolveSibling(folder.getFileName() + ".sock");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET) {
            Path shorter = Files.createTempDirectory("dovetail");
            undo.later(() -> Files.deleteIfExists(shorter));
            socket = shorter.resolve("egress");
        }
        SandboxSettings.Network network = means.settings().network();
        EgressRules rules = new EgressRules(plan.egress().hosts(), network.internalHosts(), InetAddress::getAllByName);
        EgressProxy proxy = EgressProxy.open(
                socket, rules, new EgressProxy.Limits(network.connections(), network.bytes()), means.threads());
        undo.later(proxy::close);
        List<Mount> mounts = new ArrayList<>(plan.mounts());
        mounts.add(new Mount(socket, EGRESS_INSIDE, false));
        Map<String, String> environment = new HashMap<>(plan.environment());
        environment.put(EgressProxy.VARIABLE, EGRESS_INSIDE.toString());
        return new CellPlan(
                plan.command(),
                environment,
                plan.directory(),
                mounts,
                plan.memoryBytes(),
                plan.temporaryBytes(),
                plan.processes(),
                plan.files(),
                plan.egress(),
                plan.atLeast());
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
            words = Shell.before(
                    plan,
                    hold.doors(),
                    List.of(),
                    Bare.command(plan, mark, means.setpriv(), limits(plan).dataBytes()));
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
        return means.settings().firstUser()
                + Math.floorMod(nextUser.incrementAndGet(), means.settings().users());
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
