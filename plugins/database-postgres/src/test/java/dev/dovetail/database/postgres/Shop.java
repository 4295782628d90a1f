package dev.dovetail.database.postgres;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.database.Database;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/** A server with a database that was prepared as an operator would, and notes of two tenants in it. */
final class Shop implements AutoCloseable {
    static final String KEY = "0f".repeat(32);

    private final EmbeddedPostgres server;

    Shop() {
        try {
            // the server's starter looks for the driver in the JDK's list, from which the plugin removes it
            if (!Driver.isRegistered()) {
                Driver.register();
            }
            server = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "60")
                    .start();
            prepare();
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("The server could not be started", e);
        }
    }

    private void prepare() throws SQLException {
        run("create role shop_functions nologin");
        run("create role dovetail_functions login noinherit password 'f'");
        run("grant shop_functions to dovetail_functions with inherit false, set true");
        run("create role shop_service nologin bypassrls");
        run("create role dovetail_service login noinherit password 's'");
        run("grant shop_service to dovetail_service with inherit false, set true");
        setup("dovetail_functions", "shop_functions", KEY);
        run("grant usage on schema dovetail to shop_service");
        run("create table notes (id serial primary key, tenant text not null, owner text not null, text text)");
        run("insert into notes (tenant, owner, text) values ('acme', 'ada', 'one'), ('acme', 'bob', 'two'),"
                + " ('other', 'eve', 'secret')");
        run("alter table notes enable row level security");
        run("create policy tenant on notes using (tenant = (select dovetail.tenant()))"
                + " with check (tenant = (select dovetail.tenant()))");
        run("grant select, insert, update, delete on notes to shop_functions, shop_service");
        run("grant usage on sequence notes_id_seq to shop_functions, shop_service");
        run("create table mine (id int, owner text)");
        run("insert into mine values (1, 'ada'), (2, 'bob'), (3, 'ada')");
        run("alter table mine enable row level security");
        run("create policy owner on mine using (owner = (select dovetail.principal())"
                + " or (select dovetail.has_role('auditor')))");
        run("grant select on mine to shop_functions");
    }

    void setup(String login, String role, String key) throws SQLException {
        run(PostgresDatabaseProvider.setup()
                .replace(":\"login\"", login)
                .replace(":\"role\"", role)
                .replace(":'key'", "'" + key + "'"));
    }

    /** As the database's owner. */
    void run(String sql) throws SQLException {
        try (Connection connection = owner();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String ask(String sql) throws SQLException {
        try (Connection connection = owner();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private Connection owner() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        return new Driver().connect(url(), properties);
    }

    String url() {
        return server.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", "");
    }

    Map<String, Object> config() {
        Map<String, Object> config = new HashMap<>();
        config.put("url", url());
        config.put("user", "dovetail_functions");
        config.put("password", "f");
        config.put("role", "shop_functions");
        config.put("key", KEY);
        config.put("service-user", "dovetail_service");
        config.put("service-password", "s");
        config.put("service-role", "shop_service");
        // one, so that whoever comes next gets the connection of whoever came before
        config.put("connections", 1);
        return config;
    }

    static Database open(Map<String, Object> config, Workshop workshop) {
        PostgresDatabaseProvider provider = new PostgresDatabaseProvider();
        return provider.open(Settings.of(provider.schema(), config), workshop);
    }

    static Invocation.Caller caller(String tenant, String id, String... roles) {
        return new Invocation.Caller(
                "user", id, Name.of(tenant), List.of(roles), List.of("p:x"), List.of("all"), Optional.empty());
    }

    static Database.Query query(String tenant, String sql, String parameters) {
        return new Database.Query(
                sql, Bytes.utf8(parameters), caller(tenant, "ada"), false, 100, Duration.ofSeconds(20));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
