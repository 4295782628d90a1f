package dev.dovetail.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The benchmarks. Each prints its table while it runs. */
public final class Bench {
    private static final Duration ACCEPTING = Duration.ofSeconds(60);
    private static final int PACE = 1000;
    private static final byte[] SMALL = "{\"name\": \"world\"}".getBytes(StandardCharsets.UTF_8);

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
            Optional<Subject> node = Hello.start();
            try {
                if (node.isEmpty()) {
                    out.println("there is no node on the path, so there is no reference");
                }
                Comparison comparison = new Comparison(out, each);
                String what = "webhook of " + webhook.length + " bytes";
                comparison.table(
                        what,
                        Stream.concat(hello(node, webhook).stream(), digest(node, webhook).stream())
                                .toList(),
                        ours(dovetail, "bench-example", webhook),
                        warmUp);
                comparison.table("one-line function", hello(node, SMALL), ours(dovetail, "bench-hello", SMALL), warmUp);
            } finally {
                node.ifPresent(Subject::close);
            }
            out.println("resident at the end: " + dovetail.subject().residentMb() + " MiB");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Comparison.Called> digest(Optional<Subject> node, byte[] webhook) {
        byte[] request = Load.post("/digest", "none", webhook);
        return node.map(it -> new Comparison.Called("  node, the same work", it, request)).stream()
                .toList();
    }

    private static List<Comparison.Called> hello(Optional<Subject> node, byte[] body) {
        return node.map(it -> new Comparison.Called("  node hello", it, Load.post("/", "none", body))).stream()
                .toList();
    }

    private static Comparison.Called ours(Dovetail dovetail, String function, byte[] body) {
        byte[] request = Load.post("/api/v1/functions/" + function + "/invoke", Dovetail.TOKEN, body);
        return new Comparison.Called("  dovetail", dovetail.subject(), request);
    }

    /**
     * What is measured of languages.
     *
     * @param each how long each row of warm calls is
     * @param warmUp how long each function is called before
     * @param times functions that are started for each row of cold starts
     * @param workerd a folder in which npm has installed a reference
     */
    public record LanguagePlan(Duration each, Duration warmUp, int times, Optional<Path> workerd) {
        /** Looks whether what is named is there. */
        public LanguagePlan {
            workerd.ifPresent(Workerd::require);
        }
    }

    /**
     * Cold starts and warm calls of a one-line function in each language that this machine has.
     *
     * @throws IllegalArgumentException if something that the plan names is not there
     */
    public void languages(LanguagePlan plan) throws InterruptedException {
        Optional<Subject> workerd = plan.workerd().map(Workerd::start);
        Optional<Subject> node = Hello.start();
        try {
            try (Dovetail plain = Dovetail.start(home, "{\"workers\": {\"prestart\": false}}")) {
                new Languages(plain, out, workerd).cold("cold start: everything anew", plan.times(), Duration.ZERO);
            }
            try (Dovetail dovetail = Dovetail.start(home)) {
                Languages languages = new Languages(dovetail, out, workerd);
                languages.cold("cold start: workers started ahead", plan.times(), Duration.ofMillis(700));
                out.println(
                        "alone: the interpreter by itself, doing nothing; for code in this process, what workerd takes to load"
                                + " and call another worker. Neither has a sandbox.");
                warm(languages.warm(), plan, node, workerd);
            }
        } finally {
            node.ifPresent(Subject::close);
            workerd.ifPresent(Subject::close);
        }
    }

    private void warm(
            List<Comparison.Called> ours, LanguagePlan plan, Optional<Subject> node, Optional<Subject> workerd)
            throws InterruptedException {
        byte[] small = Load.post("/", "none", SMALL);
        List<Comparison.Called> references = Stream.concat(
                        node.map(it -> new Comparison.Called("  node hello", it, small)).stream(),
                        workerd.map(it -> new Comparison.Called("  workerd", it, small)).stream())
                .toList();
        Comparison comparison = new Comparison(out, plan.each());
        for (Comparison.Called it : ours) {
            comparison.table("warm call: " + it.who().strip(), references, it, plan.warmUp());
        }
        Table paces = comparison.paces(PACE);
        for (Comparison.Called it :
                Stream.concat(references.stream(), ours.stream()).toList()) {
            comparison.pace(paces, it, PACE);
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
     * @param each how long each row is; zero leaves out what is measured in rows
     * @param warmUp how long each server is at work before anything is measured
     * @param unfinished how many are left by a node that another takes over from; 0 for none
     * @param running how many are under way when the process is killed; 0 for none
     * @param waiting how many wait at once; 0 for none
     * @param restate a folder in which npm has installed the reference
     * @param postgres the address of a server on which state is kept, too
     * @param dbos a folder with the JARs of the reference on that server
     */
    public record WorkflowPlan(
            Duration each,
            Duration warmUp,
            int unfinished,
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
        Endurance endurance = new Endurance(home, out);
        if (plan.each().isPositive()) {
            try (Workflows workflows = new Workflows(home, out, plan, server)) {
                workflows.speed();
            }
            endurance.backlog(plan.warmUp(), ACCEPTING, Optional.empty());
            if (server.isPresent()) {
                endurance.backlog(plan.warmUp(), ACCEPTING, server);
            }
        }
        if (server.isPresent() && plan.unfinished() > 0) {
            new Takeover(home, out).run(plan.unfinished(), server.get());
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
        for (String runtime : List.of("java", "node")) {
            Alone.millis(runtime, times)
                    .ifPresent(alone -> out.println("beside it, " + runtime
                            + String.format(" alone, which starts, does nothing and ends: %.1f ms", alone)));
        }
    }
}
