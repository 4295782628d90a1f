package dev.dovetail.storage.postgres;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** State in a PostgreSQL server, shared with whoever opens the same schema. */
final class PostgresStateStore implements StateStore {
    private static final int LARGEST_VALUE = 1 << 20;
    private static final long LARGEST_COMMIT = 64 << 20;

    /** While the server makes one group durable, the other gathers and judges the next. */
    private static final int WRITERS = 2;

    private final Server server;
    private final Tables tables;
    private final Rows rows;
    private final Days days;
    private final BlockingQueue<Ask> queue = new LinkedBlockingQueue<>();
    private final Ask end = new Ask(CommitId.fresh(), List.of());
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;
    private volatile boolean ended;

    PostgresStateStore(Server server, Tables tables, Duration patience, Context context) {
        this.server = server;
        this.tables = tables;
        this.rows = new Rows(tables);
        this.days = new Days(tables);
        for (int i = 0; i < WRITERS; i++) {
            threads.add(context.threads(0).newThread(new Writer(queue, server, rows, days, patience, end)));
        }
        threads.forEach(Thread::start);
    }

    @Override
    public Optional<Entry> find(Key key) {
        return reading("find " + key, connection -> tables.find(connection, key));
    }

    @Override
    public List<Optional<Entry>> findAll(List<Key> keys) {
        return reading("find " + keys.size() + " keys", connection -> tables.findAll(connection, keys));
    }

    @Override
    public List<Entry> list(Range range, int limit) {
        if (limit < 0) {
            throw rejected("A list cannot have " + limit + " entries; expected a limit of 0 or more");
        }
        return reading("list " + range, connection -> tables.list(connection, range, limit));
    }

    private <T> T reading(String what, Server.Work<T> work) {
        checkOpen();
        try {
            return server.read(what, work);
        } catch (PluginException e) {
            checkOpen();
            throw e;
        }
    }

    @Override
    public Committed commit(CommitId id, List<Change> changes) {
        checkOpen();
        List<Change> copy = List.copyOf(changes);
        check(copy);
        Ask ask = new Ask(id, copy);
        queue.add(ask);
        if (ended && queue.removeIf(waiting -> waiting == ask)) {
            throw closedNow();
        }
        return ask.await();
    }

    private static void check(List<Change> changes) {
        Set<Key> keys = new HashSet<>();
        long size = 0;
        for (Change change : changes) {
            Key key = change.key();
            if (!keys.add(key)) {
                throw rejected("The commit names the key " + key + " twice; expected once at the most");
            }
            if (key.space() == Space.HISTORY) {
                checkHistory(key, change.expected());
            }
            if (change instanceof Change.Put put) {
                size += put.value().size();
                if (put.value().size() > LARGEST_VALUE) {
                    throw rejected("The value for " + key + " has "
                            + put.value().size() + " bytes; expected at most " + LARGEST_VALUE);
                }
            }
        }
        if (size > LARGEST_COMMIT) {
            throw rejected("The commit has " + size + " bytes; expected at most " + LARGEST_COMMIT);
        }
    }

    private static void checkHistory(Key key, Expectation expected) {
        String path = key.path();
        if (path.length() < 9 || path.charAt(8) != '/' || !path.chars().limit(8).allMatch(Character::isDigit)) {
            throw rejected("The key " + key + " does not begin with a day; expected a path such as 20261121/...");
        }
        if (expected instanceof Expectation.Version) {
            throw rejected("The commit expects a version of " + key + "; in history expected absent or anything");
        }
    }

    @Override
    public void drop(Range range) {
        checkOpen();
        try {
            server.transact(connection -> {
                rows.lockEverything(connection);
                if (range.space() == Space.HISTORY) {
                    days.drop(connection, range);
                }
                try (PreparedStatement statement = connection.prepareStatement(
                        "delete from " + tables.table(range.space()) + Tables.where(range))) {
                    Tables.bind(range, statement);
                    return statement.executeUpdate();
                }
            });
        } catch (SQLException e) {
            checkOpen();
            throw server.trouble("drop " + range, e);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        threads.forEach(each -> queue.add(end));
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= !ended(thread);
        }
        ended = true;
        for (Ask late = queue.poll(); late != null; late = queue.poll()) {
            late.refuse(Kind.UNAVAILABLE, closedNow().getMessage());
        }
        server.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the thread's end, which is near; @return whether nobody interrupted the wait. */
    private static boolean ended(Thread thread) {
        boolean calm = true;
        while (true) {
            try {
                thread.join();
                return calm;
            } catch (InterruptedException e) {
                calm = false;
            }
        }
    }

    private void checkOpen() {
        if (closed) {
            throw closedNow();
        }
    }

    private PluginException closedNow() {
        return new PluginException(Kind.UNAVAILABLE, "The state store on " + server + " is closed");
    }

    private static PluginException rejected(String message) {
        return new PluginException(Kind.REJECTED, message);
    }
}
