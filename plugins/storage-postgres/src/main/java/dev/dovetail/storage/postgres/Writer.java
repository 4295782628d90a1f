package dev.dovetail.storage.postgres;

import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A thread that takes all commits that wait and makes them in one transaction. When the server is lost on the way, the group
 * is tried again until the patience ends: what was committed after all is known by its id.
 */
final class Writer implements Runnable {
    private static final int LARGEST_GROUP = 256;
    private static final long LARGEST_GROUP_BYTES = 8 << 20;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
    private static final long FORGETS_EVERY = TimeUnit.MINUTES.toNanos(1);

    /** Unique violation, deadlock, serialization, no such partition or table: judged anew, it works. */
    private static final Set<String> JUDGED_ANEW = Set.of("23505", "40P01", "40001", "23514", "42P01");

    private final BlockingQueue<Ask> queue;
    private final Server server;
    private final Rows rows;
    private final Days days;
    private final Duration patience;
    private final Ask end;
    private boolean ending;
    private long forgotAt = System.nanoTime();

    Writer(BlockingQueue<Ask> queue, Server server, Rows rows, Days days, Duration patience, Ask end) {
        this.queue = queue;
        this.server = server;
        this.rows = rows;
        this.days = days;
        this.patience = patience;
        this.end = end;
    }

    @Override
    public void run() {
        try {
            while (!ending) {
                Ask first = queue.poll(FORGETS_EVERY, TimeUnit.NANOSECONDS);
                List<Ask> asks = gathered(Optional.ofNullable(first));
                try {
                    if (!asks.isEmpty()) {
                        carryOut(asks);
                    }
                } finally {
                    // nobody waits for ever, whatever happened; for those who have their answer this does nothing
                    asks.forEach(ask -> ask.refuse(
                            Kind.UNAVAILABLE,
                            "The state store on " + server + " ended before the commit's fate was known"));
                }
                forget();
            }
        } catch (InterruptedException e) {
            // the store is being taken away; those who wait are refused by it
        }
    }

    /** All that wait, up to a point; at the end's mark this writer ends. */
    private List<Ask> gathered(Optional<Ask> first) {
        List<Ask> asks = new ArrayList<>();
        long bytes = 0;
        Optional<Ask> next = first;
        while (next.isPresent()) {
            Ask ask = next.get();
            if (ask == end) {
                ending = true;
                return asks;
            }
            asks.add(ask);
            bytes += ask.size();
            next = asks.size() < LARGEST_GROUP && bytes < LARGEST_GROUP_BYTES
                    ? Optional.ofNullable(queue.poll())
                    : Optional.empty();
        }
        return asks;
    }

    private void carryOut(List<Ask> asks) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                days.make(asks.stream()
                        .flatMap(ask -> ask.changes().stream())
                        .map(Change::key)
                        .toList());
                Map<CommitId, Committed> answers = server.transact(new Group(rows, asks)::carryOut);
                asks.forEach(ask -> ask.answer(answers.get(ask.id())));
                return;
            } catch (SQLException e) {
                if (!isWorthAnotherTry(e) || System.nanoTime() > until) {
                    refuse(asks, e);
                    return;
                }
                days.forget();
                Thread.sleep(BETWEEN_TRIES);
            } catch (RuntimeException e) {
                asks.forEach(ask -> ask.refuse(Kind.BROKEN, "The commit failed: " + e));
                return;
            }
        }
    }

    private static boolean isWorthAnotherTry(SQLException e) {
        return JUDGED_ANEW.contains(String.valueOf(e.getSQLState())) || Server.kind(e) == Kind.UNAVAILABLE;
    }

    private void refuse(List<Ask> asks, SQLException e) {
        Kind kind = Server.kind(e) == Kind.EXHAUSTED ? Kind.EXHAUSTED : Kind.UNAVAILABLE;
        String fate = kind == Kind.EXHAUSTED ? "nothing was committed" : "the commit may or may not have been made";
        asks.forEach(ask -> ask.refuse(kind, "Cannot commit on " + server + ", and " + fate + ": " + e.getMessage()));
    }

    private void forget() {
        if (System.nanoTime() - forgotAt > FORGETS_EVERY) {
            forgotAt = System.nanoTime();
            try {
                server.transact(rows::forget);
            } catch (SQLException e) {
                // the next minute will do
            }
        }
    }
}
