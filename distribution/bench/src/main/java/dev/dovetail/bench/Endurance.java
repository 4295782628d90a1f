package dev.dovetail.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.node.ObjectNode;

/** Many workflows at once: how they come back after a crash, and what they hold while they wait. */
final class Endurance {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int ACCEPTERS = 32;

    /** Of so many that are accepted one is asked for later: the ids of all of a minute would take more than this process has. */
    private static final int ASKED_FOR = 32;

    private static final Duration CARRYING = Duration.ofSeconds(10);
    private static final String EVENT = "gts.x.core.faas.event.v1~x.bench.awaited.happened.v1~";
    private static final String WAITING = """
            def main(ctx, input):
                return r_await(r_wait_event_v1("%s", timeout_ms = 86400000))
            """.formatted(EVENT);

    private final Path home;
    private final PrintWriter out;

    Endurance(Path home, PrintWriter out) {
        this.home = home;
        this.out = out;
    }

    /**
     * A crash in the midst of so many, each of three steps that tell the outside world.
     *
     * @param server where the state is kept, if not by the one that crashes
     */
    void recovery(int running, Optional<Postgres> server) throws InterruptedException {
        out.println();
        Table table = new Table(
                out,
                "SIGKILL with " + running + " running",
                "up after s",
                "progress s",
                "all done s",
                "effects",
                "repeated");
        ObjectNode config = Workflows.config(server);
        config.putObject("outbound").putArray("allow").add("127.0.0.1");
        Dovetail dovetail = Dovetail.start(home, config.toString());
        try (World world = new World(Duration.ofMillis(100))) {
            dovetail.deployWorkflow("told", World.workflow(world.port()));
            List<String> ids = begin(dovetail, "told", running);
            world.await(running * 3 / 2, PATIENCE);
            dovetail.kill();
            Thread.sleep(200); // what was on its way has arrived
            world.mark();
            long started = System.nanoTime();
            dovetail = dovetail.again();
            long up = System.nanoTime();
            try (Wire wire = new Wire(dovetail.subject().port())) {
                for (String id : ids) {
                    long until = System.nanoTime() + PATIENCE.toNanos();
                    while (!Workflows.ended(wire, id, 30)) {
                        if (System.nanoTime() > until) {
                            throw new IllegalStateException(id + " did not end");
                        }
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            double done = (System.nanoTime() - up) / 1e9;
            double progress = (world.first() - up) / 1e9;
            table.row(
                    Workflows.name(server), (up - started) / 1e9, progress, done, world.different(), world.repeated());
        } finally {
            dovetail.close();
        }
    }

    /** Starts so many; answers their ids. */
    List<String> begin(Dovetail dovetail, String function, int count) throws InterruptedException {
        Queue<String> ids = new ConcurrentLinkedQueue<>();
        AtomicInteger left = new AtomicInteger(count);
        AtomicBoolean refused = new AtomicBoolean();
        byte[] request = Workflows.post(function, "invoke-async");
        try (Load load = Load.start(dovetail.subject().port(), Workflows.OPEN, wire -> {
            if (left.getAndDecrement() <= 0) {
                pause();
                return "";
            }
            Wire.Response taken = wire.ask(request);
            if (taken.status() != 202) {
                refused.set(true);
                return taken.status() + " " + taken.text();
            }
            ids.add(taken.field("executionId"));
            return "";
        })) {
            while (ids.size() < count && !refused.get()) {
                Thread.sleep(5);
            }
            if (refused.get()) {
                throw new IllegalStateException("Not accepted: " + load.failed());
            }
        }
        return new ArrayList<>(ids);
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Only accepting: nobody carries what is accepted, so that the backlog grows. Then the node is killed, comes back, and goes to
     * work on it.
     *
     * @param server where the state is kept, if not by the one that accepts
     */
    void backlog(Duration warmUp, Duration each, Optional<Postgres> server) throws InterruptedException {
        out.println();
        Table table = new Table(
                out,
                "accepting alone, " + ACCEPTERS + " clients",
                "accepted/s",
                "p50 ms",
                "p99 ms",
                "failed",
                "backlog",
                "resident",
                "up after s",
                "first ends s",
                "ended/s");
        ObjectNode config = Workflows.config(server);
        ((ObjectNode) config.get("executions")).put("paused", true);
        Dovetail dovetail = Dovetail.start(home, config.toString());
        try {
            dovetail.deployWorkflow("three", Workflows.source("pass"));
            byte[] request = Workflows.post("three", "invoke-async");
            AtomicLong accepted = new AtomicLong();
            Queue<String> ids = new ConcurrentLinkedQueue<>();
            Load.Measured measured;
            long failures;
            try (Load load = Load.start(dovetail.subject().port(), ACCEPTERS, accepting -> {
                Wire.Response taken = accepting.ask(request);
                if (taken.status() != 202) {
                    return taken.status() + " " + taken.text();
                }
                if (accepted.getAndIncrement() % ASKED_FOR == 0) {
                    ids.add(taken.field("executionId"));
                }
                return "";
            })) {
                load.during(warmUp);
                measured = load.during(each);
                failures = load.failures();
            }
            List<String> all = List.copyOf(ids);
            long resident = dovetail.subject().residentMb();
            dovetail.kill();
            long killed = System.nanoTime();
            dovetail = dovetail.again();
            double up = (System.nanoTime() - killed) / 1e9;
            double[] carried = carried(dovetail, all);
            table.row(
                    Workflows.name(server),
                    (double) measured.calls() / each.toSeconds(),
                    measured.millis(0.5),
                    measured.millis(0.99),
                    failures,
                    accepted.get(),
                    resident,
                    up,
                    carried[0],
                    carried[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            dovetail.close();
        }
    }

    /** Lets the node carry; answers after how many seconds the first of them has ended, and how many end in a second. */
    private static double[] carried(Dovetail dovetail, List<String> all) throws IOException, InterruptedException {
        try (Wire wire = new Wire(dovetail.subject().port())) {
            String node = Dovetail.JSON
                    .readTree(wire.ask(Workflows.get("/api/v1/nodes")).text())
                    .at("/items/0/id")
                    .asString();
            long resumed = System.nanoTime();
            wire.ask(Load.post("/api/v1/nodes/" + node + ":resume", Dovetail.TOKEN, new byte[0]));
            while (!Workflows.ended(wire, all.getFirst(), 30)) {
                Thread.onSpinWait();
            }
            double first = (System.nanoTime() - resumed) / 1e9;
            Thread.sleep(CARRYING);
            int ended = 0;
            int step = Math.max(1, all.size() / 1000);
            while (ended < all.size() && Workflows.ended(wire, all.get(ended), 0)) {
                ended += step;
            }
            return new double[] {first, ASKED_FOR * ended / ((System.nanoTime() - resumed) / 1e9)};
        }
    }

    /** What so many that wait for an event hold, at once. */
    void suspended(int count) throws InterruptedException {
        out.println();
        Table table =
                new Table(out, "waiting for an event", "count", "MiB before", "MiB then", "bytes each", "resident");
        try (Dovetail dovetail =
                Dovetail.start(home, Workflows.config(Optional.empty()).toString())) {
            dovetail.deployWorkflow("waiting", WAITING);
            begin(dovetail, "waiting", 100); // what is there once, however many wait
            Thread.sleep(2000);
            long before = Heap.used(dovetail.subject());
            List<String> ids = begin(dovetail, "waiting", count);
            long until = System.nanoTime() + PATIENCE.toNanos();
            try (Wire wire = new Wire(dovetail.subject().port())) {
                for (String id : ids) {
                    while (!wire.ask(Workflows.get("/api/v1/executions/" + id))
                            .text()
                            .contains("_.suspended.")) {
                        if (System.nanoTime() > until) {
                            throw new IllegalStateException(id + " does not wait");
                        }
                        Thread.sleep(5);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            long then = Heap.used(dovetail.subject());
            table.row(
                    "  dovetail",
                    count,
                    before / 1048576.0,
                    then / 1048576.0,
                    (then - before) / count,
                    dovetail.subject().residentMb());
        }
    }
}
