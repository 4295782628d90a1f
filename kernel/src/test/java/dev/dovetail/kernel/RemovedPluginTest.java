package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
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
}
