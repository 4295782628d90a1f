package dev.dovetail.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * A PostgreSQL server that is there already, and the databases that are made on it for a run; closing removes them. It is reached by
 * the driver within the plugin that is measured.
 */
final class Postgres implements AutoCloseable {
    private static final Pattern URL_FORM =
            Pattern.compile("(jdbc:postgresql://[^/?]*)/([^/?]+)(\\?(?:[^&]+)(?:&[^&]+)*)?");
    private static final String EXPECTED = "jdbc:postgresql://HOST:PORT/DATABASE?user=NAME&password=TEXT";

    private final String base;
    private final String user;
    private final String password;
    private final URLClassLoader loader;
    private final Connection connection;
    private final Optional<ProcessHandle> server;
    private final Deque<String> made = new ArrayDeque<>();

    private Postgres(String base, String user, String password, URLClassLoader loader, Connection connection)
            throws SQLException {
        this.base = base;
        this.user = user;
        this.password = password;
        this.loader = loader;
        this.connection = connection;
        this.server = isHere(base)
                ? ProcessHandle.of(Long.parseLong(asked("select pg_backend_pid()")))
                        .flatMap(ProcessHandle::parent)
                : Optional.empty();
    }

    /**
     * @param plugin the file of the plugin that keeps state there
     * @throws IllegalArgumentException if it is no address of a server, or there is none that lets this user in
     */
    static Postgres at(String url, Path plugin) {
        Matcher form = URL_FORM.matcher(url);
        if (!form.matches()) {
            throw new IllegalArgumentException("Not a PostgreSQL server: \"" + url + "\"; expected " + EXPECTED);
        }
        String user = parameter(url, "user").orElse("postgres");
        String password = parameter(url, "password").orElse("");
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        try {
            URLClassLoader loader =
                    new URLClassLoader(new URL[] {plugin.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
            Driver driver = (Driver)
                    loader.loadClass("org.postgresql.Driver").getConstructor().newInstance();
            Connection connection = driver.connect(form.group(1) + "/" + form.group(2), properties);
            return new Postgres(form.group(1), user, password, loader, connection);
        } catch (SQLException e) {
            throw new IllegalArgumentException(
                    "Cannot use the PostgreSQL server \"" + url + "\": " + e.getMessage() + "; expected one at "
                            + EXPECTED,
                    e);
        } catch (MalformedURLException | ReflectiveOperationException e) {
            throw new IllegalStateException("There is no driver in " + plugin, e);
        }
    }

    private static Optional<String> parameter(String url, String name) {
        Matcher found = Pattern.compile("[?&]" + name + "=([^&]*)").matcher(url);
        return found.find() ? Optional.of(URLDecoder.decode(found.group(1), StandardCharsets.UTF_8)) : Optional.empty();
    }

    private static boolean isHere(String base) {
        return base.startsWith("jdbc:postgresql://localhost") || base.startsWith("jdbc:postgresql://127.0.0.1");
    }

    /** What it is, and whether it keeps what it says it has kept. */
    String description() {
        return Stream.of("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
                .map(name -> name + " " + asked("show " + name))
                .collect(Collectors.joining(", "))
                .replaceFirst("server_version", "PostgreSQL");
    }

    /** Makes an empty database; answers its address. */
    String database(String purpose) {
        String name =
                "dovetail_bench_" + purpose + "_" + ProcessHandle.current().pid() + "_" + made.size();
        execute("create database " + name);
        made.push(name);
        return base + "/" + name;
    }

    /** The configuration of a Dovetail that keeps its state in an empty database here. */
    ObjectNode state() {
        ObjectNode state = Dovetail.JSON.createObjectNode().put("type", "postgres");
        state.putObject("config")
                .put("url", database("dovetail"))
                .put("user", user)
                .put("password", password);
        return state;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    /** The processor time that it has used so far; zero where the machine does not tell. */
    Duration cpu() {
        return server.map(Subject::cpu).orElse(Duration.ZERO);
    }

    /**
     * How many bytes its log has grown by so far. What its processes say that they wrote is no measure: where the file system keeps a
     * file in large pieces, a whole piece is counted for each of a few bytes.
     */
    long written() {
        return Long.parseLong(asked("select (pg_current_wal_insert_lsn() - '0/0')::bigint"));
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL does not do \"" + sql + "\": " + e.getMessage(), e);
        }
    }

    private String asked(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL does not answer \"" + sql + "\": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try (loader;
                connection) {
            while (!made.isEmpty()) {
                execute("drop database if exists " + made.pop() + " with (force)");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
