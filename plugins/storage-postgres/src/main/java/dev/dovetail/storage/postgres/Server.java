package dev.dovetail.storage.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.Driver;

/** The connections to the server, and what its errors mean. Thread-safe. */
final class Server implements AutoCloseable {
    private static final long CONNECT_MILLIS = TimeUnit.SECONDS.toMillis(5);

    /**
     * What is asked is planned once for each connection, since planning costs more than doing it. Plans made while a table is
     * small must do when it is large, so none reads a whole table.
     */
    private static final String PLANS =
            "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off";

    private final String url;
    private final HikariDataSource pool;

    private Server(String url, HikariDataSource pool) {
        this.url = url;
        this.pool = pool;
    }

    /** Connects once, to see that it works. */
    static Server open(Config config, Context context) {
        String url = config.text("url");
        try {
            forgetDriver();
            HikariConfig pooling = new HikariConfig();
            pooling.setJdbcUrl(url);
            pooling.setDriverClassName(Driver.class.getName());
            pooling.setDataSourceProperties(properties(config));
            pooling.setConnectionInitSql(PLANS);
            pooling.setMaximumPoolSize(Math.toIntExact(config.number("connections")));
            pooling.setMinimumIdle(1);
            pooling.setConnectionTimeout(CONNECT_MILLIS);
            pooling.setInitializationFailTimeout(1);
            pooling.setThreadFactory(context.threads(0));
            pooling.setPoolName("dovetail-state");
            return new Server(url, new HikariDataSource(pooling));
        } catch (PoolInitializationException e) {
            throw e.getCause() instanceof SQLException sql ? trouble(url, kind(sql), "open the state store", sql) : e;
        } catch (SQLException e) {
            throw trouble(url, kind(e), "open the state store", e);
        }
    }

    /**
     * The driver enters itself into the JDK's list when it is loaded, which would keep this plugin's class loader alive. The
     * pool needs it not to be there.
     */
    private static void forgetDriver() throws SQLException {
        synchronized (Driver.class) {
            if (Driver.isRegistered()) {
                Driver.deregister();
            }
        }
    }

    private static Properties properties(Config config) {
        Properties properties = new Properties();
        properties.setProperty("user", config.text("user"));
        properties.setProperty("password", config.text("password"));
        properties.setProperty("ApplicationName", "dovetail");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "60");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("prepareThreshold", "2");
        // one that only follows another tells what was, and takes nothing; a name may lead to it after a failover
        properties.setProperty("targetServerType", "primary");
        return properties;
    }

    /** What is done with a connection. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Does work that is one statement. */
    <T> T read(String what, Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw trouble(what, e);
        }
    }

    /** Does work in one transaction; work that has committed it itself is taken as it is. */
    <T> T transact(Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T done = work.on(connection);
                connection.commit();
                return done;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * While it serves. Whom the server lets in and what it lets them do is its operator's affair, whatever was asked for, and
     * may change again.
     */
    PluginException trouble(String what, SQLException e) {
        return trouble(url, kind(e) == Kind.REJECTED ? Kind.UNAVAILABLE : kind(e), what, e);
    }

    /** While it opens, when the configuration may be wrong. */
    PluginException notOpened(String what, SQLException e) {
        return trouble(url, kind(e), what, e);
    }

    private static PluginException trouble(String url, Kind kind, String what, SQLException e) {
        return kind == Kind.UNAVAILABLE
                ? new PluginException(kind, "PostgreSQL cannot be used at " + url + " now: " + why(e), e)
                : new PluginException(kind, "Cannot " + what + " on " + url + ": " + e.getMessage(), e);
    }

    /** Pools and drivers wrap what happened; the innermost that says anything says most. */
    private static String why(Throwable e) {
        String why = String.valueOf(e.getMessage());
        for (Throwable each = e; each != null; each = each.getCause()) {
            why = each.getMessage() == null ? why : each.getMessage();
        }
        return why;
    }

    /** The class of the error, as PostgreSQL's manual lists them. */
    static Kind kind(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return switch (state.substring(0, Math.min(2, state.length()))) {
            case "53" -> Kind.EXHAUSTED;
            case "28", "3D", "42" -> Kind.REJECTED;
            default -> Kind.UNAVAILABLE;
        };
    }

    @Override
    public void close() {
        pool.close();
    }

    @Override
    public String toString() {
        return url;
    }
}
