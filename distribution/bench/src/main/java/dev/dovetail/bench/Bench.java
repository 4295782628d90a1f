package dev.dovetail.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The benchmarks. Each prints its table while it runs. */
public final class Bench {
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final Duration ACCEPTING = Duration.ofSeconds(60);
    private static final int WARMING = 6;
    private static final int WARMING_CLIENTS = 64;
    private static final int[] CONNECTIONS = {1, 16, 64, 256};

    private final Path home;
    private final PrintWriter out;

    /** @param home an unpacked distribution */
    public Bench(Path home, PrintWriter out) {
        this.home = home;
        this.out = out;
    }

    /**
     * Calls of the example with its full webhook, and of a one-line function, beside a bare Node hello that is sent the same.
     *
     * @param warmUp how long each function is called before anything is measured
     * @param functions deployed beside it, so that the catalog is as large as in life
     */
    public void calls(Duration each, Duration warmUp, int functions) throws InterruptedException {
        try (Dovetail dovetail = Dovetail.start(home)) {
            out.println("resident when idle: " + dovetail.subject().residentMb() + " MiB");
            deployMany(dovetail, functions);
            dovetail.deployExample("bench-example");
            dovetail.deploy("bench-hello", "def main(ctx, input):\n    return {\"hello\": input.name}\n");
            byte[] webhook = Files.readAllBytes(dovetail.example().resolve("event.json"));
            byte[] small = "{\"name\": \"world\"}".getBytes(StandardCharsets.UTF_8);
            Optional<Subject> node = Hello.start();
            try {
                if (node.isEmpty()) {
                    out.println("there is no node on the path, so there is no reference");
                }
                compare(
                        "webhook of " + webhook.length + " bytes",
                        dovetail,
                        node,
                        "bench-example",
                        webhook,
                        each,
                        warmUp);
                compare("one-line function", dovetail, node, "bench-hello", small, each, warmUp);
            } finally {
                node.ifPresent(Subject::close);
            }
            out.println("resident at the end: " + dovetail.subject().residentMb() + " MiB");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Cold starts and warm calls of a one-line function in each language that this machine has.
     *
     * @param times functions that are started for each row
     */
    public void languages(Duration each, int times) throws InterruptedException {
        try (Dovetail plain = Dovetail.start(home, "{\"workers\": {\"prestart\": false}}")) {
            new Languages(plain, out).cold("cold start: everything anew", times, Duration.ZERO);
        }
        try (Dovetail dovetail = Dovetail.start(home)) {
            Languages languages = new Languages(dovetail, out);
            languages.cold("cold start: workers started ahead", times, Duration.ofMillis(700));
            Optional<Subject> node = Hello.start();
            try {
                for (Map.Entry<String, String> it : languages.deployed().entrySet()) {
                    byte[] body = it.getValue().getBytes(StandardCharsets.UTF_8);
                    compare("warm call: " + it.getKey(), dovetail, node, it.getKey(), body, each, WARM_UP);
                }
            } finally {
                node.ifPresent(Subject::close);
            }
        }
    }

    private void compare(
            String what,
            Dovetail dovetail,
            Optional<Subject> node,
            String function,
            byte[] body,
            Duration each,
            Duration warmUp)
            throws InterruptedException {
        byte[] ours = Load.post("/api/v1/functions/" + function + "/invoke", Dovetail.TOKEN, body);
        byte[] theirs = Load.post("/", "none", body);
        out.println();
        warmUp(dovetail.subject(), ours, warmUp);
        out.println();
        Table table = new Table(out, what, "clients", "calls/s", "p50 ms", "p99 ms", "cpu us", "x node", "failed");
        for (int connections : CONNECTIONS) {
            double reference =
                    node.isEmpty() ? 0 : row(table, "  node hello", node.get(), theirs, connections, each, 0);
            row(table, "  dovetail", dovetail.subject(), ours, connections, each, reference);
        }
    }

    /** Shows what a call costs meanwhile, so that one sees whether it was long enough. */
    private void warmUp(Subject subject, byte[] request, Duration time) throws InterruptedException {
        String[] heads = IntStream.rangeClosed(0, WARMING)
                .mapToObj(i -> i == 0
                        ? String.format("%-28s", "warming up, " + WARMING_CLIENTS + " clients")
                        : time.multipliedBy(i).dividedBy(WARMING).toSeconds() + " s")
                .toArray(String[]::new);
        Table table = new Table(out, heads);
        Object[] row = new Object[1 + WARMING];
        row[0] = "  cpu us of a call";
        try (Load load = Load.start(subject.port(), request, WARMING_CLIENTS)) {
            for (int i = 1; i <= WARMING; i++) {
                Duration before = subject.cpu();
                Load.Measured measured = load.during(time.dividedBy(WARMING));
                row[i] = subject.cpu().minus(before).toNanos() / 1e3 / Math.max(1, measured.calls());
            }
        }
        table.row(row);
    }

    /** Measures one row; answers the microseconds of processor time for a call. */
    private static double row(
            Table table, String who, Subject subject, byte[] request, int connections, Duration each, double reference)
            throws InterruptedException {
        try (Load load = Load.start(subject.port(), request, connections)) {
            load.during(Duration.ofSeconds(1));
            Duration before = subject.cpu();
            Load.Measured measured = load.during(each);
            double cpu = subject.cpu().minus(before).toNanos() / 1e3 / Math.max(1, measured.calls());
            table.row(
                    who,
                    connections,
                    (double) measured.calls() / each.toSeconds(),
                    measured.millis(0.5),
                    measured.millis(0.99),
                    cpu,
                    reference == 0 ? "1" : String.format("%.2f", cpu / reference),
                    load.failures());
            return cpu;
        }
    }

    private void deployMany(Dovetail dovetail, int functions) throws InterruptedException {
        long before = Heap.used(dovetail.subject());
        for (int i = 0; i < functions; i++) {
            dovetail.deploy("filler-" + i, "def main(ctx, input):\n    return {\"filler\": " + i + "}\n");
        }
        if (functions > 0) {
            long grown = Heap.used(dovetail.subject()) - before;
            out.println(functions + " functions deployed, " + grown / functions + " bytes of heap each");
        }
    }

    /** Swaps the Starlark executor under load, forth and back. */
    public void swap(int times, int connections) throws InterruptedException {
        try (Dovetail dovetail = Dovetail.start(home)) {
            new Swaps(dovetail, out).run(times, connections);
        }
    }

    /**
     * What is measured of workflows.
     *
     * @param each how long each row is
     * @param warmUp how long each server is at work before anything is measured
     * @param running how many are under way when the process is killed; 0 for none
     * @param waiting how many wait at once; 0 for none
     * @param restate a folder in which npm has installed the reference
     * @param postgres the address of a server on which state is kept, too
     * @param dbos a folder with the JARs of the reference on that server
     */
    public record WorkflowPlan(
            Duration each,
            Duration warmUp,
            int running,
            int waiting,
            Optional<Path> restate,
            Optional<String> postgres,
            Optional<Path> dbos) {
        /** Checks what goes together. */
        public WorkflowPlan {
            if (dbos.isPresent() && postgres.isEmpty()) {
                throw new IllegalArgumentException(
                        "DBOS keeps its state in PostgreSQL, and no server was named; expected --postgres");
            }
        }
    }

    /**
     * Workflows of three steps beside others: speed, accepting, recovery after a crash, and the memory of those that wait.
     *
     * @throws IllegalArgumentException if something that the plan names is not there
     */
    public void workflows(WorkflowPlan plan) throws InterruptedException {
        if (plan.postgres().isEmpty()) {
            workflows(plan, Optional.empty());
            return;
        }
        try (Postgres server = Postgres.at(plan.postgres().get(), Dovetail.plugin(home, "storage-postgres"))) {
            workflows(plan, Optional.of(server));
        }
    }

    private void workflows(WorkflowPlan plan, Optional<Postgres> server) throws InterruptedException {
        try (Workflows workflows = new Workflows(home, out, plan, server)) {
            workflows.speed();
        }
        Endurance endurance = new Endurance(home, out);
        endurance.backlog(plan.warmUp(), ACCEPTING, Optional.empty());
        if (server.isPresent()) {
            endurance.backlog(plan.warmUp(), ACCEPTING, server);
        }
        if (plan.running() > 0) {
            endurance.recovery(plan.running(), Optional.empty());
            if (server.isPresent()) {
                endurance.recovery(plan.running(), server);
            }
        }
        if (plan.waiting() > 0) {
            endurance.suspended(plan.waiting());
        }
    }

    /**
     * Searches among so many executions that have ended.
     *
     * @param times how often each search is made
     */
    public void search(int count, int times) throws InterruptedException {
        new Search(home, out).run(count, times);
    }

    /** From the start of the command to its first answer. */
    public void start(int times) {
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            long began = System.nanoTime();
            try (Dovetail dovetail = Dovetail.start(home)) {
                dovetail.call("GET", "/health", new byte[0]);
                millis[i] = (System.nanoTime() - began) / 1e6;
                if (i == 0) {
                    out.println("resident when idle: " + dovetail.subject().residentMb() + " MiB, processor time "
                            + dovetail.subject().cpu().toMillis() + " ms");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        Arrays.sort(millis);
        Table table = new Table(out, "start to first answer", "min ms", "median ms", "max ms");
        table.row("  dovetail start", millis[0], millis[times / 2], millis[times - 1]);
    }
}
