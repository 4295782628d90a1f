package dev.dovetail.database.postgres;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** The statement that a query has come to, so that another thread can cancel it. */
final class Running {
    private Optional<Statement> statement = Optional.empty();
    private boolean canceled;

    /** @throws SQLException if it was canceled before */
    synchronized void begin(Statement begun) throws SQLException {
        if (canceled) {
            throw new SQLException("canceled before it began", "57014");
        }
        statement = Optional.of(begun);
    }

    synchronized void end() {
        statement = Optional.empty();
    }

    /** @param thread that waits for a connection, if there is no statement yet */
    synchronized void cancel(Thread thread) {
        canceled = true;
        if (statement.isEmpty()) {
            thread.interrupt();
            return;
        }
        try {
            statement.get().cancel();
        } catch (SQLException e) {
            // it cannot be asked to: the connection is closed under it instead
            thread.interrupt();
        }
    }
}
