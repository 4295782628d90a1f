package dev.dovetail.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Workflows of three steps: how fast they are, what they cost, how fast they are taken on. */
final class Workflows {
    static final int OPEN = 64;
    private static final byte[] INPUT = "{\"id\": \"o1\"}".getBytes(StandardCharsets.UTF_8);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration ACCEPTING = Duration.ofSeconds(10);
    private static final String THREE = """
            def reserve(ctx, input):
                return {"reservation": input["id"]}

            def charge(ctx, input):
                return {"charged": 10}

            def ship(ctx, input):
                return {"shipped": True}

            def main(ctx, input):
                a = r_run_step_v1("reserve", reserve, {"id": input.id})
                b = r_run_step_v1("charge", charge, {})
                c = r_run_step_v1("ship", ship, {})
                return {"a": a.value, "b": b.value, "c": c.value}
            """;
    private final Path home;
    private final PrintWriter out;

    Workflows(Path home, PrintWriter out) {
        this.home = home;
        this.out = out;
    }

    /** @param restate a folder in which npm has installed it, for the reference */
    void speed(Duration each, Optional<Path> restate) throws InterruptedException {
        try (Dovetail dovetail = Dovetail.start(home, "{" + Dovetail.UNBOUNDED + "}")) {
            dovetail.deployWorkflow("three", THREE);
            Optional<Subject> reference = restate.map(Restate::start);
            try {
                if (reference.isEmpty()) {
                    out.println("no reference: it is in a folder after npm install @restatedev/restate-server"
                            + " @restatedev/restate-sdk; name the folder with --restate");
                }
                compare(dovetail, reference, each);
            } finally {
                reference.ifPresent(Subject::close);
            }
            accepting(dovetail);
        }
    }

    private void compare(Dovetail dovetail, Optional<Subject> reference, Duration each) throws InterruptedException {
        out.println();
        Table table =
                new Table(out, "three steps", "open", "done/s", "p50 ms", "p99 ms", "cpu us", "KiB written", "failed");
        byte[] sync = post("three", "invoke");
        byte[] theirs = Load.post("/three/run", "none", INPUT);
        Load.Act ours = wire -> wrong(wire.ask(sync));
        try (Load load = Load.start(dovetail.subject().port(), OPEN, ours)) {
            load.during(WARM_UP);
        }
        for (int open : new int[] {1, OPEN}) {
            if (reference.isPresent()) {
                Load.Act act = wire -> wrong(wire.ask(theirs));
                try (Load load = Load.start(reference.get().port(), OPEN, act)) {
                    load.during(Duration.ofSeconds(open == 1 ? WARM_UP.toSeconds() : 1));
                }
                row(table, "  restate", reference.get(), act, open, each);
            }
            row(table, "  dovetail, invoke", dovetail.subject(), ours, open, each);
            row(table, "  dovetail, async + result", dovetail.subject(), Workflows::accepted, open, each);
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

    private void row(Table table, String who, Subject subject, Load.Act act, int open, Duration each)
            throws InterruptedException {
        try (Load load = Load.start(subject.port(), open, act)) {
            load.during(Duration.ofSeconds(1));
            Duration cpu = subject.cpu();
            long written = subject.written();
            Load.Measured measured = load.during(each);
            int done = Math.max(1, measured.calls());
            table.row(
                    who,
                    open,
                    (double) measured.calls() / each.toSeconds(),
                    measured.millis(0.5),
                    measured.millis(0.99),
                    subject.cpu().minus(cpu).toNanos() / 1e3 / done,
                    (subject.written() - written) / 1024.0 / done,
                    load.failures());
            load.failed().stream().limit(3).forEach(out::println);
        }
    }

    /** Only accepting, with a backlog that grows, and how long what was accepted takes to its end. */
    private void accepting(Dovetail dovetail) throws InterruptedException {
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
                "  dovetail",
                (double) measured.calls() / ACCEPTING.toSeconds(),
                measured.millis(0.5),
                measured.millis(0.99),
                all.size() * open / Math.max(1, sampled),
                (System.nanoTime() - began) / 1e9);
    }

    static boolean ended(Wire wire, String id, int seconds) throws IOException {
        return wire.ask(get("/api/v1/jobs/" + id + "/result?wait=" + seconds)).status() == 200;
    }
}
