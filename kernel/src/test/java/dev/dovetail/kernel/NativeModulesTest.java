package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions in Java inside a plugin are deployed and called like any other. */
class NativeModulesTest {
    @TempDir
    private Path folder;

    private House house;

    @BeforeEach
    void open() throws Exception {
        house = House.at(folder)
                .with("plugins.require-signature", "false")
                .with("outbound.allow", "127.0.0.1")
                .open();
        upload(GeoModule.jar("1.0.0")).is(201);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Reply upload(byte[] jar) {
        return house.send("POST", "/api/v1/plugins", jar);
    }

    private Reply deploy(String name, String handler, String... members) {
        StringBuilder body = new StringBuilder("{\"name\":\"" + name + "\",\"runtime\":\"native-geo\"");
        body.append(handler.isEmpty() ? "" : ",\"handler\":\"" + handler + "\"");
        for (String each : members) {
            body.append(',').append(each);
        }
        return house.post("/api/v1/functions", body + "}");
    }

    @Test
    @Tag("NM-01")
    @Tag("IV-14")
    void aNativeFunctionIsDeployedAndCalledLikeAnyOther() {
        deploy("near", "near").is(201);
        assertEquals(
                "[\"1.0.0\",{\"r\":5}]",
                house.invoke("near", "{\"r\":5}").is(200).body());
        house.invoke("near", "{\"r\":\"far\"}").isProblem(422, "validation");
        assertEquals("native-geo", house.get("/api/v1/functions/near").is(200).at("/runtime"));
        deploy("wrong", "wrong").is(201);
        Reply broken = house.invoke("wrong", "{}");
        assertTrue(broken.status() == 500 && broken.body().contains("array"), broken.toString());
        deploy("who", "who").is(201);
        assertEquals("\"default false\"", house.invoke("who", "{}").is(200).body());
    }

    @Test
    @Tag("NM-14")
    void allThatModulesHaveIsListed() {
        Reply list = house.get("/api/v1/modules").is(200);
        assertEquals("geo", list.at("/items/0/name"));
        assertEquals("native-geo", list.at("/items/0/runtime"));
        assertEquals("geo 1.0.0", list.at("/items/0/plugin"));
        assertEquals("asks", list.at("/items/0/functions/0/name"));
        assertEquals("random", list.at("/items/0/functions/0/capabilities/0"));
        assertEquals("integer", list.at("/items/0/functions/5/contract/params/properties/r/type"));
    }

    @Test
    @Tag("NM-08")
    void whatIsNotTheModulesIsRefusedAtDeployment() {
        Reply nameless = deploy("near", "").isProblem(422, "validation");
        assertTrue(nameless.body().contains("expected one of the functions of geo 1.0.0"), nameless.body());
        Reply unknown = deploy("near", "far").isProblem(422, "validation");
        assertTrue(unknown.body().contains("\\\"far\\\"") && unknown.body().contains("near"), unknown.body());
        Reply code = deploy("near", "near", "\"code\":{\"source\":\"x\"}").isProblem(422, "validation");
        assertTrue(code.body().contains("/code"), code.body());
        Reply contract = deploy("near", "near", "\"contract\":{}").isProblem(422, "validation");
        assertTrue(contract.body().contains("/contract"), contract.body());
        Reply apart =
                deploy("near", "near", "\"traits\":{\"isolation\":\"strict\"}").isProblem(422, "validation");
        assertTrue(apart.body().contains("inside the kernel's process"), apart.body());
    }

    @Test
    @Tag("NM-09")
    void aFunctionAsksItsHostForWhatItDeclaresAndForNothingElse() {
        deploy("asks", "asks").is(201);
        assertEquals(34, house.invoke("asks", "{}").is(200).body().length());
        deploy("sneaks", "sneaks").is(201);
        Reply refused = house.invoke("sneaks", "{}");
        assertTrue(
                refused.body()
                        .contains("it asks its host for \\\"now\\\", which it does not declare; it declares [random]"),
                refused.body());
    }

    @Test
    @Tag("NM-10")
    void aFunctionReachesThePlacesThatItDeclares() throws Exception {
        HttpServer place = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        place.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("7 ".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        place.start();
        try {
            int port = place.getAddress().getPort();
            upload(GeoModule.jar("1.0.1", GeoModule.DECLARED.replace("PORT", "" + port)))
                    .is(201);
            house.post("/api/v1/plugins/geo:activate", "{\"version\":\"1.0.1\"}")
                    .is(200);
            deploy("fetches", "fetches").is(201);
            assertEquals(
                    "200",
                    house.invoke("fetches", "\"http://127.0.0.1:" + port + "/a\"")
                            .is(200)
                            .at("/status"));
            for (String other : List.of(
                    "http://127.0.0.1:1/",
                    "http://127.0.0.1/",
                    "http://localhost:" + port,
                    "https://example.org:" + port,
                    "http://example.org@127.0.0.1/",
                    "no address")) {
                Reply refused = house.invoke("fetches", "\"" + other + "\"");
                assertTrue(refused.body().contains("which it does not declare"), refused.body());
            }
        } finally {
            place.stop(0);
        }
    }

    @Test
    @Tag("TE-13")
    void whatAModuleThrowsIsItsFunctionsFaultAndSaysNoSecret() {
        deploy("throws", "throws").is(201);
        Reply thrown = house.invoke("throws", "{}").is(500);
        assertTrue(thrown.body().contains("IllegalStateException: no map for token=***"), thrown.body());
        deploy("sinks", "sinks").is(201);
        Reply sunk = house.invoke("sinks", "{}").is(500);
        assertTrue(sunk.body().contains("StackOverflowError"), sunk.body());
        deploy("near", "near").is(201);
        house.invoke("near", "{\"r\":5}").is(200);
    }

    @Test
    @Tag("NM-02")
    void aNativeFunctionThatHangsIsStopped() {
        deploy("hangs", "hangs", "\"timeoutSeconds\":1").is(201);
        house.invoke("hangs", "{}").isProblem(504, "timeout");
    }

    @Test
    @Tag("WF-09")
    void aNativeWorkflowWaitsForAnEventInNobodysMemory() throws Exception {
        deploy("waits", "waits", "\"kind\":\"workflow\"").is(201);
        Flows flows = new Flows(house);
        String id = flows.start("waits", "{}");
        flows.await(id, "suspended");
        flows.signal(id, "go", "7").is(202);
        assertTrue(flows.await(id, "succeeded").at("/output").contains("7"));
    }

    @Test
    @Tag("NM-04")
    void aVersionWithoutAFunctionThatIsInUseIsRefused() {
        deploy("near", "near").is(201);
        house.invoke("near", "{\"r\":5}").is(200);
        upload(GeoModule.jar("2.0.0", "new NativeFunction(Name.of(\"far\"), \"{}\", Set.of())"))
                .is(201);
        Reply refused = house.post("/api/v1/plugins/geo:activate", "{\"version\":\"2.0.0\"}");
        assertTrue(
                refused.status() == 422
                        && refused.body().contains("native-geo has no function \\\"near\\\"; it has [far]"),
                refused.toString());
        assertEquals(
                "[\"1.0.0\",{\"r\":5}]",
                house.invoke("near", "{\"r\":5}").is(200).body());
    }

    @Test
    @Tag("NM-04")
    void aModuleWhoseWordsCannotBeIsRefused() {
        for (String[] each : new String[][] {
            {"2.0.1", "", "has no functions"},
            {"2.0.2", "new NativeFunction(Name.of(\"a\"), \"[]\", Set.of())", "is not a JSON object"},
            {
                "2.0.3",
                "new NativeFunction(Name.of(\"a\"), \"{\\\"params\\\":{\\\"type\\\":\\\"some\\\"}}\", Set.of())",
                "params"
            },
            {
                "2.0.4",
                "new NativeFunction(Name.of(\"a\"), \"{\\\"result\\\":{}}\", Set.of())",
                "there are params, returns and errors"
            },
            {
                "2.0.5",
                "new NativeFunction(Name.of(\"a\"), \"{}\", Set.of()), new NativeFunction(Name.of(\"a\"), \"{}\", Set.of())",
                "twice"
            },
        }) {
            upload(GeoModule.jar(each[0], each[1])).is(201);
            Reply refused = house.post("/api/v1/plugins/geo:activate", "{\"version\":\"" + each[0] + "\"}");
            assertTrue(refused.status() == 422 && refused.body().contains(each[2]), each[0] + ": " + refused);
        }
        assertEquals("geo 1.0.0", house.get("/api/v1/modules").is(200).at("/items/0/plugin"));
    }
}
