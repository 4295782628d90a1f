package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.plugin.SourceJar;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin is taken out of use and put in use again while its functions are there; what is only asked for as a trial is not done. */
class RemovedPluginTest {
    private static final String ELDER = "/api/v1/plugins/elder";
    private final String key = "elder." + UUID.randomUUID();

    @AfterEach
    void takeBack() {
        System.getProperties().remove(key);
    }

    private House open(Path folder) throws Exception {
        return House.at(folder)
                .with("plugins.require-signature", "false")
                .lending(key)
                .open();
    }

    private Reply upload(House house, String version, String query) {
        return house.send("POST", "/api/v1/plugins" + query, Elder.jar(version, "1", key));
    }

    @Test
    void anExecutorThatWasTakenOutServesAgainThoughItsFunctionsWereCalledLately(@TempDir Path folder) throws Exception {
        try (House house = open(folder)) {
            upload(house, "1.0.0", "").is(201);
            house.deploy("old", "return 7", "\"runtime\":\"elder\"");
            assertEquals("7", house.invoke("old", "{}").is(200).body());
            house.delete(ELDER).is(204);
            house.invoke("old", "{}").isProblem(503, "unavailable");
            upload(house, "1.0.0", "").is(201);
            house.post(ELDER + ":activate", "{\"version\":\"1.0.0\"}").is(200);
            assertEquals("7", house.invoke("old", "{}").is(200).body());
        }
    }

    @Test
    void whatIsOnlyTriedIsNotDone(@TempDir Path folder) throws Exception {
        try (House house = open(folder)) {
            assertEquals(
                    "shelved", upload(house, "1.0.0", "?dryRun=true").is(200).at("/state"));
            house.get(ELDER).isProblem(404, "not_found");
            upload(house, "1.0.0", "").is(201);
            upload(house, "2.0.0", "").is(201);
            house.post(ELDER + ":activate?dryRun=true", "{\"version\":\"2.0.0\"}")
                    .is(200);
            house.post(ELDER + ":activate?dryRun=true", "{\"version\":\"3.0.0\"}")
                    .isProblem(404, "not_found");
            house.post(ELDER + ":canary?dryRun=true", "{\"version\":\"2.0.0\",\"percent\":50}")
                    .is(200);
            house.post(ELDER + ":rollback?dryRun=true", "").isProblem(422, "deploy");
            house.delete(ELDER + "?dryRun=true&version=2.0.0").is(200);
            house.delete(ELDER + "?dryRun=true&version=1.0.0").isProblem(409, "conflict");
            house.delete(ELDER + "?dryRun=true").is(200);
            Reply elder = house.get(ELDER).is(200);
            assertEquals("1.0.0", elder.at("/active"));
            assertEquals(2, elder.json().get("versions").size(), elder.body());
            house.post(ELDER + ":activate", "{\"version\":\"2.0.0\"}").is(200);
            assertEquals(
                    "true",
                    house.post(ELDER + ":rollback?dryRun=true", "").is(200).at("/dryRun"));
            assertEquals("2.0.0", house.get(ELDER).is(200).at("/active"));
        }
    }

    @Test
    void whatTheSystemCannotBeWithoutIsTakenOutByForceOnly(@TempDir Path folder) throws Exception {
        try (House house = open(folder)) {
            String all = house.get("/api/v1/plugins").is(200).at("/items/0/id");
            Reply refused = house.delete("/api/v1/plugins/" + all).isProblem(409, "conflict");
            assertTrue(refused.at("/detail").contains("?force=true"), refused.body());
            house.deploy("there", "return 1");
            assertEquals("1", house.invoke("there", "{}").is(200).body());
        }
    }

    @Test
    void aFirstVersionThatIsRefusedTroublesNobody(@TempDir Path folder) throws Exception {
        try (House house = open(folder)) {
            byte[] broken =
                    SourceJar.of("junk", "1.0.0").provider("junk.Junk", """
                            package junk;
                            import dev.dovetail.spi.*;
                            import dev.dovetail.spi.plugin.*;
                            import dev.dovetail.spi.secret.*;
                            public final class Junk implements SecretStoreProvider {
                                @Override public Name type() { return Name.of("junk"); }
                                @Override public SecretStore open(Config config, Context context) {
                                    throw new IllegalStateException("no");
                                }
                            }
                            """).bytes();
            house.send("POST", "/api/v1/plugins", broken).isProblem(422, "deploy");
            assertEquals("up", house.get("/health").is(200).at("/status"));
            house.delete("/api/v1/plugins/junk").is(204);
            assertEquals("up", house.get("/health").is(200).at("/status"));
        }
        try (House house = open(folder)) {
            assertEquals("up", house.get("/health").is(200).at("/status"));
        }
    }

    @Test
    void whatIsNoSchemaIsSaidSo(@TempDir Path folder) throws Exception {
        try (House house = open(folder)) {
            for (String schema : List.of(
                    "{{{",
                    "{\\\"type\\\":\\\"objekt\\\"}",
                    // the same where nobody has configured what it demands: that it is none is said first
                    "{\\\"type\\\":\\\"objekt\\\",\\\"required\\\":[\\\"url\\\"]}")) {
                byte[] jar = SourceJar.of("odd", schema.length() + ".0.0")
                        .provider("odd.Odd", """
                                package odd;
                                import dev.dovetail.spi.*;
                                import dev.dovetail.spi.plugin.*;
                                import dev.dovetail.spi.secret.*;
                                public final class Odd implements SecretStoreProvider {
                                    @Override public Name type() { return Name.of("odd"); }
                                    @Override public String schema() { return "%s"; }
                                    @Override public SecretStore open(Config config, Context context) { return null; }
                                }
                                """.formatted(schema))
                        .bytes();
                house.send("POST", "/api/v1/plugins", jar);
                Reply refused =
                        house.post("/api/v1/plugins/odd:activate", "{\"version\":\"" + schema.length() + ".0.0\"}");
                assertTrue(
                        refused.isProblem(422, "deploy").at("/detail").contains("is no JSON Schema"), refused.body());
            }
        }
    }
}
