package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a version needs of its executor is looked up when it is deployed, and not found missing when it is called. */
class AbilitiesTest {
    private final String key = "elder." + UUID.randomUUID();

    @AfterEach
    void takeBack() {
        System.getProperties().remove(key);
    }

    private static Reply deploy(House house, String runtime, String member) {
        return house.post(
                "/api/v1/functions?dryRun=true",
                House.function("needs", "return 1", "\"runtime\":\"" + runtime + "\"", member));
    }

    private static void isRefused(Reply reply, String field, String said) {
        reply.isProblem(422, "validation");
        assertEquals(field, reply.at("/errors/0/path"));
        assertTrue(reply.at("/detail").contains(said), reply.body());
    }

    @Test
    @Tag("RT-02")
    void whatAnExecutorDoesNotDeclareIsRefusedWithTheFieldThatNeedsIt(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder)
                .with("plugins.require-signature", "false")
                .lending(key)
                .open()) {
            String workflow = "\"kind\":\"workflow\"";
            String several = "\"traits\":{\"concurrency\":2}";
            String pieces = "\"traits\":{\"jsonRpc\":{\"streamResponse\":true,\"streamInput\":true}}";
            house.send("POST", "/api/v1/plugins", Elder.jar("1.0.0", "1", key, "Ability.YIELDS"))
                    .is(201);
            isRefused(deploy(house, "elder", workflow), "/kind", "elder 1.0.0 does not declare DURABLE");
            isRefused(deploy(house, "elder", several), "/traits/concurrency", "takes one call at a time");
            isRefused(deploy(house, "elder", pieces), "/traits/jsonRpc/streamInput", "reads no streams");
            deploy(house, "elder", "\"traits\":{\"concurrency\":1}").is(200);
            deploy(house, "worker", several).is(200);
            deploy(house, "cmd", pieces).is(200);

            // a further version is held to it as well, and a plugin that has learnt it is asked for it at once
            house.deploy("grows", "return 1", "\"runtime\":\"elder\"");
            isRefused(
                    house.post("/api/v1/functions/grows/versions", House.code("return 2", several)),
                    "/traits/concurrency",
                    "takes one call at a time");
            house.send("POST", "/api/v1/plugins", Elder.jar("2.0.0", "1", key, "Ability.YIELDS, Ability.DURABLE"))
                    .is(201);
            house.post("/api/v1/plugins/elder:activate", "{\"version\":\"2.0.0\"}")
                    .is(200);
            deploy(house, "elder", workflow).is(200);
        }
    }
}
