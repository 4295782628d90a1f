package dev.dovetail.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The reference for workflows on PostgreSQL: DBOS Transact for Java with a workflow of three steps behind the JDK's HTTP server. */
final class Dbos {
    private static final String POM = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>dev.dovetail.bench</groupId>
              <artifactId>dbos-reference</artifactId>
              <version>1</version>
              <packaging>pom</packaging>
              <dependencies>
                <dependency>
                  <groupId>dev.dbos</groupId>
                  <artifactId>transact</artifactId>
                  <version>1.1.0-m6</version>
                </dependency>
                <dependency>
                  <groupId>org.slf4j</groupId>
                  <artifactId>slf4j-nop</artifactId>
                  <version>2.0.18</version>
                </dependency>
              </dependencies>
            </project>
            """;

    /** Its pool of connections is as large as ours is by itself. */
    private static final String PROGRAM = """
            import com.sun.net.httpserver.HttpServer;
            import com.zaxxer.hikari.HikariConfig;
            import com.zaxxer.hikari.HikariDataSource;
            import dev.dbos.transact.DBOS;
            import dev.dbos.transact.config.DBOSConfig;
            import dev.dbos.transact.workflow.Workflow;
            import java.net.InetAddress;
            import java.net.InetSocketAddress;
            import java.util.LinkedHashMap;
            import java.util.Map;
            import java.util.concurrent.Executors;
            import tools.jackson.databind.json.JsonMapper;

            public final class ThreeSteps {
              public interface Order {
                Map<String, Object> run(String id);
              }

              public static final class Three implements Order {
                private final DBOS dbos;

                Three(DBOS dbos) {
                  this.dbos = dbos;
                }

                @Override
                @Workflow(name = "three")
                public Map<String, Object> run(String id) {
                  Map<String, Object> all = new LinkedHashMap<>();
                  all.put("a", dbos.runStep(() -> Map.of("reservation", id), "reserve"));
                  all.put("b", dbos.runStep(() -> Map.of("charged", 10), "charge"));
                  all.put("c", dbos.runStep(() -> Map.of("shipped", true), "ship"));
                  return all;
                }
              }

              public static void main(String[] args) throws Exception {
                HikariConfig pool = new HikariConfig();
                pool.setJdbcUrl(args[0]);
                pool.setUsername(args[1]);
                pool.setPassword(System.getenv("DBOS_PASSWORD"));
                pool.setMaximumPoolSize(Integer.parseInt(args[2]));
                DBOS dbos = new DBOS(DBOSConfig.defaults("bench").withAppVersion("1").withDataSource(new HikariDataSource(pool)));
                Order order = dbos.registerProxy(Order.class, new Three(dbos));
                dbos.launch();
                JsonMapper json = new JsonMapper();
                HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
                server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
                server.createContext("/three/run", exchange -> {
                  try (exchange) {
                    String id = json.readTree(exchange.getRequestBody().readAllBytes()).get("id").asString();
                    byte[] answer = json.writeValueAsBytes(order.run(id));
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                  } catch (RuntimeException e) {
                    e.printStackTrace();
                    exchange.sendResponseHeaders(500, -1);
                  }
                });
                server.start();
                System.out.println("ready http://127.0.0.1:" + server.getAddress().getPort());
              }
            }
            """;

    private static final int CONNECTIONS = 10;

    private Dbos() {}

    /**
     * @param folder with its JARs
     * @throws IllegalArgumentException if they are not there; then it has what fetches them
     */
    static Subject start(Path folder, Postgres server) {
        try {
            require(folder);
            Path program = Files.writeString(folder.resolve("ThreeSteps.java"), PROGRAM);
            return Subject.start(
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-Dsun.net.httpserver.nodelay=true",
                            "-Dsun.net.httpserver.maxIdleConnections=1000",
                            "-cp",
                            folder + "/*",
                            program.toString(),
                            server.database("dbos"),
                            server.user(),
                            Integer.toString(CONNECTIONS)),
                    Subject.log("dbos"),
                    Map.of("DBOS_PASSWORD", server.password()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void require(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (!hasJars(folder)) {
            Files.writeString(folder.resolve("pom.xml"), POM);
            throw new IllegalArgumentException("There is no DBOS Transact in " + folder + "; this fetches it: mvn -f "
                    + folder.toAbsolutePath() + " dependency:copy-dependencies -DoutputDirectory="
                    + folder.toAbsolutePath());
        }
    }

    private static boolean hasJars(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.anyMatch(each -> each.getFileName().toString().matches("transact-\\d.*\\.jar"));
        }
    }
}
