package dev.dovetail.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One row of a comparison: a way of having a workflow done.
 *
 * @param name as the table has it
 * @param act has one done, from its order to its answer
 * @param server where the subject keeps its state if not by itself; its work counts with the subject's
 */
record Entrant(String name, Subject subject, Load.Act act, Optional<Postgres> server) {
    private static final int PARTS = 6;

    /** Lets it work until its code is compiled; shows how its speed grows, so that one sees whether that was long enough. */
    void warmUp(Table table, int open, Duration time) throws InterruptedException {
        try (Load load = Load.start(subject.port(), open, act)) {
            Object[] row = new Object[1 + PARTS];
            row[0] = name;
            for (int i = 0; i < PARTS; i++) {
                Load.Measured measured = load.during(time.dividedBy(PARTS));
                row[1 + i] = measured.calls() * 1000L * PARTS / Math.max(1, time.toMillis());
            }
            table.row(row);
        }
    }

    /** A table that {@link #warmUp} fills. */
    static Table warmUps(PrintWriter out, int open) {
        String head = wide("warming up, " + open + " open, done/s");
        String[] heads = IntStream.rangeClosed(0, PARTS)
                .mapToObj(i -> i == 0 ? head : i + "/" + PARTS)
                .toArray(String[]::new);
        return new Table(out, heads);
    }

    /** The head of a column that holds names of entrants. */
    static String wide(String head) {
        return String.format("%-40s", head);
    }

    Duration cpu() {
        return subject.cpu().plus(server.map(Postgres::cpu).orElse(Duration.ZERO));
    }

    long written() {
        return subject.written() + server.map(Postgres::written).orElse(0L);
    }
}
