package dev.dovetail.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Warm calls of one function beside the same calls of others that are measured in the same minute. */
final class Comparison {
    private static final int WARMING = 6;
    private static final int WARMING_CLIENTS = 64;
    private static final int[] CONNECTIONS = {1, 16, 64, 256};
    private static final int PACED_CONNECTIONS = 16;
    private static final Duration SETTLING = Duration.ofSeconds(1);

    private final PrintWriter out;
    private final Duration each;

    /**
     * Somebody who is called.
     *
     * @param who as the table has it
     * @param request that is sent each time
     */
    record Called(String who, Subject subject, byte[] request) {}

    /** @param each how long each row is measured */
    Comparison(PrintWriter out, Duration each) {
        this.out = out;
        this.each = each;
    }

    /**
     * Calls without pause, from one to many clients.
     *
     * @param references the first is what processor time is compared with
     */
    void table(String what, List<Called> references, Called ours, Duration warmUp) throws InterruptedException {
        out.println();
        warmUp(ours, warmUp);
        out.println();
        Table table = new Table(out, what, "clients", "calls/s", "p50 ms", "p99 ms", "cpu us", "x node", "failed");
        for (int connections : CONNECTIONS) {
            double cpu = 0;
            for (Called reference : references) {
                double its = row(table, reference, connections, cpu);
                cpu = cpu == 0 ? its : cpu;
            }
            row(table, ours, connections, cpu);
        }
    }

    /** Shows what a call costs meanwhile, so that one sees whether it was long enough. */
    private void warmUp(Called called, Duration time) throws InterruptedException {
        String[] heads = IntStream.rangeClosed(0, WARMING)
                .mapToObj(i -> i == 0
                        ? String.format("%-28s", "warming up, " + WARMING_CLIENTS + " clients")
                        : time.multipliedBy(i).dividedBy(WARMING).toSeconds() + " s")
                .toArray(String[]::new);
        Table table = new Table(out, heads);
        Object[] row = new Object[1 + WARMING];
        row[0] = "  cpu us of a call";
        try (Load load = Load.start(called.subject().port(), called.request(), WARMING_CLIENTS)) {
            for (int i = 1; i <= WARMING; i++) {
                Duration before = called.subject().cpu();
                Load.Measured measured = load.during(time.dividedBy(WARMING));
                row[i] = micros(called, before, measured);
            }
        }
        table.row(row);
    }

    private static double micros(Called called, Duration before, Load.Measured measured) {
        return called.subject().cpu().minus(before).toNanos() / 1e3 / Math.max(1, measured.calls());
    }

    /** Measures one row; answers the microseconds of processor time for a call. */
    private double row(Table table, Called called, int connections, double reference) throws InterruptedException {
        try (Load load = Load.start(called.subject().port(), called.request(), connections)) {
            load.during(SETTLING);
            Duration before = called.subject().cpu();
            Load.Measured measured = load.during(each);
            double cpu = micros(called, before, measured);
            table.row(
                    called.who(),
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

    /** A table of calls that come at a steady rate, whether those before are answered or not. */
    Table paces(int perSecond) {
        out.println();
        return new Table(
                out,
                String.format("%-28s", perSecond + " calls/s"),
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "max ms",
                "cpu us",
                "failed");
    }

    /** A row of that table. */
    void pace(Table table, Called called, int perSecond) throws InterruptedException {
        try (Load load = Load.paced(called.subject().port(), called.request(), PACED_CONNECTIONS, perSecond)) {
            load.during(SETTLING);
            Duration before = called.subject().cpu();
            Load.Measured measured = load.during(each);
            table.row(
                    called.who(),
                    measured.millis(0.5),
                    measured.millis(0.95),
                    measured.millis(0.99),
                    measured.millis(1),
                    micros(called, before, measured),
                    load.failures());
        }
    }
}
