package dev.dovetail.database.postgres;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.database.Database;
import dev.dovetail.spi.executor.Invocation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/**
 * Statements in PostgreSQL. Each has a transaction of its own, under the functions' role, and with a sealed word on who
 * calls, which policies of row-level security ask for.
 */
final class PostgresDatabase implements Database {
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final Login functions;
    private final Optional<Login> services;
    private final long mostBytes;
    private final ThreadFactory threads;
    private volatile boolean closed;

    PostgresDatabase(Login functions, Optional<Login> services, long mostBytes, ThreadFactory threads) {
        this.functions = functions;
        this.services = services;
        this.mostBytes = mostBytes;
        this.threads = threads;
    }

    @Override
    public Bytes query(Query query) throws InterruptedException {
        if (closed) {
            throw new PluginException(Kind.UNAVAILABLE, "The database is closed");
        }
        Login login = query.bypass()
                ? services.orElseThrow(() ->
                        new PluginException(Kind.REJECTED, "There is no service role: service-role is not configured"))
                : functions;
        if (query.maxRows() < 0 || query.timeout().toMillis() < 1) {
            throw new PluginException(
                    Kind.REJECTED,
                    "A query of at most " + query.maxRows() + " rows within " + query.timeout()
                            + "; expected 0 rows or more, and a millisecond or more");
        }
        Running running = new Running();
        // the driver does not wait for what interrupts; its statement is canceled from here
        FutureTask<Bytes> task = new FutureTask<>(() -> run(login, query, running));
        Thread thread = threads.newThread(task);
        thread.start();
        try {
            return task.get();
        } catch (InterruptedException e) {
            running.cancel(thread);
            join(thread, running);
            throw e;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PluginException known
                    ? known
                    : new PluginException(Kind.BROKEN, "A query failed: " + e.getCause(), e.getCause());
        }
    }

    /** Until the statement has ended, which it is told again: it may not have begun when it was told first. */
    private static void join(Thread thread, Running running) {
        boolean interrupted = false;
        while (true) {
            try {
                if (thread.join(AGAIN)) {
                    break;
                }
                running.cancel(thread);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Bytes run(Login login, Query query, Running running) {
        try {
            return login.transact(
                    context(query.as()),
                    query.timeout().toMillis(),
                    connection -> values(connection, query.parameters()),
                    (connection, values) -> answer(connection, query, values, running));
        } catch (SQLException e) {
            throw login.trouble(e);
        }
    }

    /** Who calls, as JSON without its closing brace. */
    private static String context(Invocation.Caller as) {
        return "{\"tenant\":" + Text.quoted(as.tenant().text())
                + ",\"user\":" + Text.quoted(as.id())
                + ",\"roles\":" + Text.quoted(as.roles())
                + ",\"claims\":{\"type\":" + Text.quoted(as.type())
                + ",\"id\":" + Text.quoted(as.id())
                + ",\"tenantId\":" + Text.quoted(as.tenant().text())
                + ",\"roles\":" + Text.quoted(as.roles())
                + ",\"permissions\":" + Text.quoted(as.permissions())
                + ",\"scopes\":" + Text.quoted(as.scopes()) + "}";
    }

    private static List<Value> values(Connection connection, Bytes parameters) throws SQLException {
        String json = parameters.text();
        return json.isBlank() || json.equals("[]") ? List.of() : Value.of(connection, json);
    }

    private Bytes answer(Connection connection, Query query, List<Value> values, Running running) throws SQLException {
        Sql sql = Sql.of(query.sql(), values.size());
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            for (int i = 0; i < sql.places().size(); i++) {
                values.get(sql.places().get(i) - 1).bind(statement, i + 1);
            }
            if (!sql.writes()) {
                statement.setMaxRows(Math.min(query.maxRows(), Integer.MAX_VALUE - 1) + 1);
            }
            running.begin(statement);
            boolean hasRows;
            try {
                hasRows = statement.execute();
            } finally {
                running.end();
            }
            if (!hasRows) {
                return Bytes.utf8(
                        "{\"rows\":[],\"affected\":" + Math.max(0, statement.getUpdateCount()) + ",\"more\":false}");
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows(rows, query.maxRows(), sql.writes());
            }
        }
    }

    private Bytes rows(ResultSet rows, int most, boolean writes) throws SQLException {
        Rows written = new Rows(rows, mostBytes);
        String array = written.array(most);
        int left = 0;
        while (rows.next()) {
            left++;
        }
        boolean more = left > 0;
        int affected = writes ? written.count() + left : 0;
        return Bytes.utf8("{\"rows\":" + array + ",\"affected\":" + affected + ",\"more\":" + more + "}");
    }

    @Override
    public void close() {
        closed = true;
        functions.close();
        services.ifPresent(Login::close);
    }
}
