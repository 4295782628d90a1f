package dev.dovetail.database.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.Driver;

/** The connections of one login, and the role that its statements take. Thread-safe. */
final class Login implements AutoCloseable {
    private final String url;
    private final String role;
    private final Seal seal;
    private final long mostBytes;
    private final HikariDataSource pool;

    private Login(String url, String role, Seal seal, long mostBytes, HikariDataSource pool) {
        this.url = url;
        this.role = role;
        this.seal = seal;
        this.mostBytes = mostBytes;
        this.pool = pool;
    }

    /**
     * Connects, and makes sure that statements cannot gain rights here.
     *
     * @param prefix of the keys that say who logs in and which role it takes
     */
    static Login open(Config config, String prefix, Seal seal, Context context) {
        String url = config.text("url");
        try {
            forgetDriver();
            HikariConfig pooling = new HikariConfig();
            pooling.setJdbcUrl(url);
            pooling.setDriverClassName(Driver.class.getName());
            pooling.setDataSourceProperties(properties(config, prefix));
            pooling.setMaximumPoolSize(Math.toIntExact(config.number("connections")));
            pooling.setMinimumIdle(1);
            pooling.setConnectionTimeout(
                    Math.max(250, config.duration("patience").toMillis()));
            pooling.setInitializationFailTimeout(1);
            pooling.setThreadFactory(context.threads(0));
            pooling.setPoolName("dovetail-" + prefix + "database");
            Login login = new Login(
                    url,
                    config.text(prefix + "role"),
                    seal,
                    config.number("answer-bytes"),
                    new HikariDataSource(pooling));
            try {
                login.check(prefix.isEmpty());
            } catch (RuntimeException e) {
                login.close();
                throw e;
            }
            return login;
        } catch (PoolInitializationException e) {
            throw e.getCause() instanceof SQLException sql ? unavailable(url, sql) : e;
        } catch (SQLException e) {
            throw unavailable(url, e);
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

    private static Properties properties(Config config, String prefix) {
        Properties properties = new Properties();
        properties.setProperty("user", config.text(prefix + "user"));
        properties.setProperty("password", config.text(prefix + "password"));
        properties.setProperty("ApplicationName", "dovetail");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("tcpKeepAlive", "true");
        // nothing is prepared beyond its transaction: connections are made clean between callers
        properties.setProperty("prepareThreshold", "0");
        properties.setProperty("preferQueryMode", "extended");
        properties.setProperty("maxResultBuffer", String.valueOf(2 * config.number("answer-bytes")));
        return properties;
    }

    /** What is done with a connection, in a transaction that is told who calls. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /**
     * Does work in one transaction under the role, and gives the connection back as if it had just been opened.
     *
     * @param as {@code {"tenant": ..., ...}}, without its closing brace: what the transaction is bound to follows
     * @param before done under the login itself, which has no rights
     */
    <T, U> U transact(String as, long timeoutMillis, Work<T> before, Then<T, U> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            boolean clean = false;
            try {
                T first = before.on(connection);
                enter(connection, as, timeoutMillis);
                U done = work.on(connection, first);
                connection.commit();
                clean = true;
                return done;
            } catch (SQLException | RuntimeException e) {
                clean = rolledBack(connection, e);
                throw e;
            } finally {
                if (!clean || !discarded(connection)) {
                    pool.evictConnection(connection);
                }
            }
        }
    }

    /** What follows what was done before. */
    interface Then<T, U> {
        U on(Connection connection, T before) throws SQLException;
    }

    /** Tells the transaction who calls, and takes the role. */
    private void enter(Connection connection, String as, long timeoutMillis) throws SQLException {
        String context;
        try (Statement statement = connection.createStatement();
                ResultSet bound = statement.executeQuery("select pg_backend_pid(),"
                        + " (extract(epoch from transaction_timestamp()) * 1000000)::bigint")) {
            bound.next();
            context = as + ",\"pid\":" + bound.getLong(1) + ",\"at\":" + bound.getLong(2) + "}";
        }
        try (PreparedStatement statement = connection.prepareStatement("select set_config('dovetail.context', ?, true),"
                + " set_config('dovetail.seal', ?, true), set_config('statement_timeout', ?, true),"
                + " set_config('role', ?, true)")) {
            statement.setString(1, context);
            statement.setString(2, seal.of(context));
            statement.setString(3, String.valueOf(timeoutMillis));
            statement.setString(4, role);
            statement.execute();
        }
    }

    private static boolean rolledBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
            return true;
        } catch (SQLException e) {
            cause.addSuppressed(e);
            return false;
        }
    }

    /** Settings, roles, locks, cursors: whatever the last caller's statement left behind is gone. */
    private static boolean discarded(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.execute("discard all");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void check(boolean plain) {
        try (Connection connection = pool.getConnection()) {
            new Rights(connection, role, plain, url).check();
        } catch (SQLException e) {
            throw unavailable(url, e);
        }
        try {
            String told = transact(
                    "{\"tenant\":\"dovetail-check\"",
                    TimeUnit.SECONDS.toMillis(5),
                    connection -> true,
                    (connection, before) -> {
                        try (Statement statement = connection.createStatement();
                                ResultSet row = statement.executeQuery("select dovetail.tenant()")) {
                            row.next();
                            return String.valueOf(row.getString(1));
                        }
                    });
            if (!told.equals("dovetail-check")) {
                throw notPrepared("dovetail.tenant() answers " + told);
            }
        } catch (SQLException e) {
            throw notPrepared(e.getMessage());
        }
    }

    private PluginException notPrepared(String why) {
        return new PluginException(
                Kind.REJECTED,
                url + " is not prepared for functions, or with another key: " + why + "; run setup.sql of this plugin");
    }

    private static PluginException unavailable(String url, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        boolean wrong = state.startsWith("28") || state.startsWith("3D");
        return new PluginException(
                wrong ? Kind.REJECTED : Kind.UNAVAILABLE, "Cannot connect to " + url + ": " + e.getMessage(), e);
    }

    /** What an error of a caller's statement means. */
    PluginException trouble(SQLException e) {
        if (e instanceof SQLTransientConnectionException) {
            return e.getCause() instanceof SQLException cause
                    ? unavailable(url, cause)
                    : new PluginException(
                            Kind.EXHAUSTED, "All " + pool.getMaximumPoolSize() + " connections are in use; try again");
        }
        if (String.valueOf(e.getMessage()).contains("maxResultBuffer")) {
            return new PluginException(
                    Kind.REJECTED, "The rows are larger together than the " + mostBytes + " bytes of an answer", e);
        }
        String state = String.valueOf(e.getSQLState());
        Kind kind = switch (state.substring(0, Math.min(2, state.length()))) {
            case "53" -> Kind.EXHAUSTED;
            case "08", "40", "55", "58", "XX" -> Kind.UNAVAILABLE;
            case "57" -> state.equals("57014") ? Kind.REJECTED : Kind.UNAVAILABLE;
            default -> Kind.REJECTED;
        };
        return new PluginException(kind, e.getMessage() + " (SQLSTATE " + state + ")", e);
    }

    @Override
    public void close() {
        pool.close();
    }
}
