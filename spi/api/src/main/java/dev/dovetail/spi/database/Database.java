package dev.dovetail.spi.database;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.executor.Invocation;
import java.time.Duration;

/** A database that functions query under the rights of whoever calls them. Thread-safe. */
public interface Database extends AutoCloseable {
    /**
     * Runs one statement in a transaction of its own, and answers a JSON object with {@code rows}, an array of objects,
     * {@code affected}, how many rows it wrote, and {@code more}, whether there were more rows than asked for.
     *
     * @throws dev.dovetail.spi.PluginException of kind REJECTED if the statement is at fault, UNAVAILABLE if the database
     *     is not in reach, EXHAUSTED if it has no connection to spare
     * @throws InterruptedException if whoever asks has left; the statement was canceled
     */
    Bytes query(Query query) throws InterruptedException;

    @Override
    void close();

    /**
     * One statement.
     *
     * @param sql with {@code $1}, {@code $2}, ... in place of values
     * @param parameters a JSON array of the values; null, booleans, numbers and texts are bound as such, objects and arrays
     *     as JSON
     * @param as whose rows these are: the database's own row-level security judges them
     * @param bypass whether row-level security does not apply; only the kernel decides this, for an explicit service role
     * @param timeout after which the statement is canceled
     */
    record Query(String sql, Bytes parameters, Invocation.Caller as, boolean bypass, int maxRows, Duration timeout) {}
}
