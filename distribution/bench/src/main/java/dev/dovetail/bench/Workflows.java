package dev.dovetail.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.node.ObjectNode;

/** Workflows of three steps: how fast they are, what they cost, how fast they are taken on. Closing ends what is measured. */
final class Workflows implements AutoCloseable {
    static final int OPEN = 64;
    private static final byte[] INPUT = "{\"id\": \"o1\"}".getBytes(StandardCharsets.UTF_8);
    private static final Duration ACCEPTING = Duration.ofSeconds(10);

    /** A sleep of no time is the least that code can ask of its host: an effect as any other, and each step is kept. */
    private static final String EFFECT = "ctx.await(ctx.sleep(0))";

    private final Path home;
    private final PrintWriter out;
    private final Bench.WorkflowPlan plan;
    private final Optional<Postgres> server;
    private final Deque<Runnable> closing = new ArrayDeque<>();

    /** @param server where state is kept in a second comparison; the caller closes it */
    Workflows(Path home, PrintWriter out, Bench.WorkflowPlan plan, Optional<Postgres> server) {
        this.home = home;
        this.out = out;
        this.plan = plan;
        this.server = server;
    }

    static String source(String inEach) {
        return """
                def reserve(ctx, input):
                    %1$s
                    return {"reservation": input["id"]}

                def charge(ctx, input):
                    %1$s
                    return {"charged": 10}

                def ship(ctx, input):
                    %1$s
                    return {"shipped": True}

                def main(ctx, input):
                    a = r_run_step_v1("reserve", reserve, {"id": input.id})
                    b = r_run_step_v1("charge", charge, {})
                    c = r_run_step_v1("ship", ship, {})
                    return {"a": a.value, "b": b.value, "c": c.value}
                """.formatted(inEach);
    }

    /** The configuration of a Dovetail that keeps its state on this server, if there is one, and lets as much wait as comes. */
    static ObjectNode config(Optional<Postgres> server) {
        ObjectNode config = Dovetail.JSON.createObjectNode();
        config.putObject("executions").put("max-queued", 0);
        server.ifPresent(it -> config.set("state", it.state()));
        return config;
    }

    /** What a Dovetail on this server is called, or on its own store. */
    static String name(Optional<Postgres> server) {
        return server.isPresent() ? "  dovetail on PostgreSQL" : "  dovetail";
    }

    void speed() throws InterruptedException {
        List<Entrant> entrants = new ArrayList<>();
        references(entrants);
        Dovetail embedded = dovetail(Optional.empty(), entrants);
        Optional<Dovetail> shared = Optional.empty();
        if (server.isPresent()) {
            out.println(server.get().description());
            shared = Optional.of(dovetail(server, entrants));
        }
        compare(entrants);
        accepting(embedded, name(Optional.empty()));
        if (shared.isPresent()) {
            accepting(shared.get(), name(server));
        }
    }

    private void references(List<Entrant> entrants) {
        Load.Act act = wire -> wrong(wire.ask(Load.post("/three/run", "none", INPUT)));
        if (plan.restate().isPresent()) {
            Subject restate = opened(Restate.start(plan.restate().get()));
            entrants.add(new Entrant("  restate", restate, act, Optional.empty()));
        } else {
            out.println("without Restate: it is in a folder after npm install @restatedev/restate-server"
                    + " @restatedev/restate-sdk; name the folder with --restate");
        }
        if (plan.dbos().isPresent()) {
            Subject dbos = opened(Dbos.start(plan.dbos().get(), server.orElseThrow()));
            entrants.add(new Entrant("  dbos on PostgreSQL", dbos, act, server));
        }
    }

    private Subject opened(Subject subject) {
        closing.push(subject::close);
        return subject;
    }

    private Dovetail dovetail(Optional<Postgres> on, List<Entrant> entrants) throws InterruptedException {
        Dovetail dovetail = Dovetail.start(home, config(on).toString());
        closing.push(dovetail::close);
        dovetail.deployWorkflow("three", source("pass"));
        dovetail.deployWorkflow("kept", source(EFFECT));
        byte[] computed = post("three", "invoke");
        byte[] kept = post("kept", "invoke");
        String name = name(on);
        entrants.add(new Entrant(name, dovetail.subject(), wire -> wrong(wire.ask(computed)), on));
        entrants.add(new Entrant(name + ", async + result", dovetail.subject(), Workflows::accepted, on));
        entrants.add(new Entrant(name + ", effects", dovetail.subject(), wire -> wrong(wire.ask(kept)), on));
        return dovetail;
    }

    private void compare(List<Entrant> entrants) throws InterruptedException {
        out.println();
        Table warming = Entrant.warmUps(out, OPEN);
        for (Entrant each : entrants) {
            // each server has as long, however many rows it has
            long rows = entrants.stream()
                    .filter(other -> other.subject() == each.subject())
                    .count();
            each.warmUp(warming, OPEN, plan.warmUp().dividedBy(rows));
        }
        out.println();
        Table table = new Table(
                out,
                Entrant.wide("three steps"),
                "open",
                "done/s",
                "p50 ms",
                "p99 ms",
                "cpu us",
                "KiB written",
                "failed");
        for (int open : new int[] {1, OPEN}) {
            for (Entrant each : entrants) {
                row(table, each, open, plan.each());
            }
        }
    }

    static byte[] post(String function, String how) {
        return Load.post("/api/v1/functions/" + function + "/" + how, Dovetail.TOKEN, INPUT);
    }

    private static String wrong(Wire.Response response) {
        return response.status() == 200 && response.text().contains("\"shipped\":true")
                ? ""
                : response.status() + " " + response.text();
    }

    private static String accepted(Wire wire) throws IOException {
        Wire.Response taken = wire.ask(post("three", "invoke-async"));
        return taken.status() == 202
                ? wrong(wire.ask(get("/api/v1/jobs/" + taken.field("executionId") + "/result?wait=60")))
                : taken.status() + " " + taken.text();
    }

    static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Dovetail.TOKEN + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void row(Table table, Entrant who, int open, Duration each) throws InterruptedException {
        try (Load load = Load.start(who.subject().port(), open, who.act())) {
            load.during(Duration.ofSeconds(1));
            Duration cpu = who.cpu();
            long written = who.written();
            Load.Measured measured = load.during(each);
            int done = Math.max(1, measured.calls());
            table.row(
                    who.name(),
                    open,
                    (double) measured.calls() / each.toSeconds(),
                    measured.millis(0.5),
                    measured.millis(0.99),
                    who.cpu().minus(cpu).toNanos() / 1e3 / done,
                    (who.written() - written) / 1024.0 / done,
                    load.failures());
            load.failed().stream().limit(3).forEach(out::println);
        }
    }

    /** Only accepting, with a backlog that grows, and how long what was accepted takes to its end. */
    private void accepting(Dovetail dovetail, String name) throws InterruptedException {
        out.println();
        Table table = new Table(
                out,
                "accepting for " + ACCEPTING.toSeconds() + " s",
                "accepted/s",
                "p50 ms",
                "p99 ms",
                "open then",
                "drained s");
        byte[] request = post("three", "invoke-async");
        Queue<String> ids = new ConcurrentLinkedQueue<>();
        Load.Measured measured;
        try (Load load = Load.start(dovetail.subject().port(), OPEN, wire -> {
            Wire.Response taken = wire.ask(request);
            if (taken.status() != 202) {
                return taken.status() + " " + taken.text();
            }
            ids.add(taken.field("executionId"));
            return "";
        })) {
            measured = load.during(ACCEPTING);
            load.failed().stream().limit(3).forEach(out::println);
        }
        long began = System.nanoTime();
        List<String> all = List.copyOf(ids);
        int sampled = 0;
        int open = 0;
        try (Wire wire = new Wire(dovetail.subject().port())) {
            for (int i = 0; i < all.size(); i += 1 + all.size() / 200) {
                sampled++;
                open += ended(wire, all.get(i), 0) ? 0 : 1;
            }
            for (String each : all.reversed()) { // the last ones are waited for, and then the others are there
                while (!ended(wire, each, 60)) {
                    Thread.onSpinWait();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        table.row(
                name,
                (double) measured.calls() / ACCEPTING.toSeconds(),
                measured.millis(0.5),
                measured.millis(0.99),
                all.size() * open / Math.max(1, sampled),
                (System.nanoTime() - began) / 1e9);
    }

    static boolean ended(Wire wire, String id, int seconds) throws IOException {
        return wire.ask(get("/api/v1/jobs/" + id + "/result?wait=" + seconds)).status() == 200;
    }

    @Override
    public void close() {
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }
}
