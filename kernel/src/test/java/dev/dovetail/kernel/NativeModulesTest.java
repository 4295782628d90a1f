package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.plugin.SourceJar;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions in Java inside a plugin are called like any other, and by any other; the plugin is swapped meanwhile. */
class NativeModulesTest {
    private static final String DECLARED = """
            new NativeFunction(Name.of("near"), "{\\"params\\":{\\"type\\":\\"object\\",\\"required\\":[\\"r\\"],"
                + "\\"properties\\":{\\"r\\":{\\"type\\":\\"integer\\"}}},\\"returns\\":{\\"type\\":\\"array\\"}}", Set.of()),
            new NativeFunction(Name.of("wrong"), "{\\"returns\\":{\\"type\\":\\"array\\"}}", Set.of()),
            new NativeFunction(Name.of("asks"), "{}", Set.of("random")),
            new NativeFunction(Name.of("sneaks"), "{}", Set.of("random")),
            new NativeFunction(Name.of("fetches"), "{}", Set.of("http:127.0.0.1:PORT", "http:example.org")),
            new NativeFunction(Name.of("throws"), "{}", Set.of()),
            new NativeFunction(Name.of("sinks"), "{}", Set.of()),
            new NativeFunction(Name.of("hangs"), "{}", Set.of()),
            new NativeFunction(Name.of("who"), "{}", Set.of()),
            new NativeFunction(Name.of("counts"), "{}", Set.of()),
            new NativeFunction(Name.of("waits"), "{}", Set.of("event"))""";

    private static final String CALL = """
            switch (function.text()) {
                case "near" -> { return answer("[\\"VERSION\\"," + invocation.input().text() + "]"); }
                case "wrong" -> { return answer("7"); }
                case "asks" -> { return answer(ask(host, new HostCall.Random(Optional.of("a")))); }
                case "sneaks" -> { return answer(ask(host, new HostCall.Now())); }
                case "fetches" -> { return answer(ask(host, new HostCall.Http(
                    "GET", invocation.input().text().replace("\\\"", ""), Map.of(), Bytes.empty(), Duration.ofSeconds(5), HostCall.Retry.NONE))); }
                case "throws" -> { throw new IllegalStateException("no map for token=abc123"); }
                case "sinks" -> { return call(function, invocation, host); }
                case "who" -> { return answer("\\"" + invocation.caller().tenant() + " " + Thread.currentThread().isVirtual() + "\\""); }
                case "counts" -> { return answer("" + counted.incrementAndGet()); }
                case "waits" -> { return waits(host); }
                default -> {
                    try { Thread.sleep(60_000); } catch (InterruptedException e) { return new Outcome.Stopped(Outcome.Usage.NONE); }
                    return answer("0");
                }
            }""";

    @TempDir
    private Path folder;

    private House house;

    private static SourceJar jar(String version, String declared) {
        return SourceJar.of("geo", version)
                .provider("sample.GeoProvider", """
                package sample;
                import dev.dovetail.spi.*;
                import dev.dovetail.spi.executor.*;
                import dev.dovetail.spi.host.*;
                import dev.dovetail.spi.module.*;
                import dev.dovetail.spi.module.NativeModule.NativeFunction;
                import dev.dovetail.spi.plugin.*;
                import java.time.Duration;
                import java.util.*;
                public final class GeoProvider implements NativeModuleProvider {
                    @Override public Name type() { return Name.of("geo"); }
                    @Override public NativeModule open(Config config, Context context) { return new Geo(); }
                    static final class Geo implements NativeModule {
                        private final java.util.concurrent.atomic.AtomicInteger counted = new java.util.concurrent.atomic.AtomicInteger();
                        @Override public List<NativeFunction> functions() { return List.of(%s); }
                        @Override public Outcome call(Name function, Invocation invocation, Host host) {
                            %s
                        }
                        private static Outcome waits(Host host) {
                            try {
                                Answer answer = host.call(
                                        Host.MAIN, new HostCall.AwaitEvent("go", "", Optional.of(Duration.ofHours(1))), new Place("Geo.java", 1, 1));
                                return switch (answer) {
                                    case Answer.Reply(long _, HostReply.Value(Bytes json)) -> answer(json.text());
                                    case Answer.Reply(long _, HostReply.Refused(Fault fault)) -> new Outcome.Failed(fault, Outcome.Usage.NONE);
                                    case Answer.Suspend _ -> new Outcome.Suspended(List.of(), Outcome.Usage.NONE);
                                    default -> new Outcome.Stopped(Outcome.Usage.NONE);
                                };
                            } catch (InterruptedException e) {
                                return new Outcome.Stopped(Outcome.Usage.NONE);
                            }
                        }
                        private static String ask(Host host, HostCall call) {
                            try {
                                Answer.Reply reply = (Answer.Reply) host.call(Host.MAIN, call, new Place("Geo.java", 1, 1));
                                return ((HostReply.Value) reply.reply()).json().text();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                        private static Outcome answer(String json) {
                            return new Outcome.Returned(Bytes.utf8(json), Map.of(), Outcome.Usage.NONE);
                        }
                        @Override public void close() {}
                    }
                }
                """.formatted(declared, CALL.replace("VERSION", version)));
    }

    private static byte[] geo(String version) {
        return jar(version, DECLARED).bytes();
    }

    @BeforeEach
    void open() throws Exception {
        house = House.at(folder)
                .with("plugins.require-signature", "false")
                .with("outbound.allow", "127.0.0.1")
                .open();
        upload(geo("1.0.0")).is(201);
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

    /** A function of another language that calls the module. */
    private Reply called(String function, String params) {
        house.commands.flow(
                "caller",
                guest -> guest.call(new HostCall.Other(
                        "module",
                        1,
                        Bytes.utf8(
                                "{\"module\":\"geo\",\"function\":\"" + function + "\",\"params\":" + params + "}"))));
        return house.invoke("caller", "{}");
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
        assertEquals("integer", list.at("/items/0/functions/4/contract/params/properties/r/type"));
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
            upload(jar("1.0.1", DECLARED.replace("PORT", "" + port)).bytes()).is(201);
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
    @Tag("IV-14")
    void aFunctionCallsAModulesFunction() {
        house.deploy("caller", "flow caller");
        assertEquals(
                "[\"1.0.0\",{\"r\":5}]", called("near", "{\"r\":5}").is(200).body());
        Reply unfit = called("near", "{}");
        assertTrue(unfit.body().contains("The params of geo.near do not fit its contract"), unfit.body());
        Reply wrong = called("wrong", "{}");
        assertTrue(wrong.body().contains("geo.wrong answered what does not fit its contract"), wrong.body());
        Reply unknown = called("far", "{}");
        assertTrue(
                unknown.body().contains("has no function \\\"far\\\"; it has [asks, counts, fetches, hangs, near"),
                unknown.body());
        Reply sneaky = called("sneaks", "{}");
        assertTrue(sneaky.body().contains("which it does not declare"), sneaky.body());
        Reply waits = called("waits", "{}");
        assertTrue(waits.body().contains("needs a durable execution"), waits.body());
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
    @Tag("NM-01")
    @Tag("WF-07")
    void aWorkflowCallsAModulesFunctionOnceHoweverOftenItsCodeRuns() throws Exception {
        house.commands.flow("caller", guest -> {
            String count = guest.call(
                    new HostCall.Other("module", 1, Bytes.utf8("{\"module\":\"geo\",\"function\":\"counts\"}")));
            return "[" + count + "," + guest.call(Guest.event("go", Duration.ofHours(1))) + "]";
        });
        house.deploy("caller", "flow caller", "\"kind\":\"workflow\"");
        Flows flows = new Flows(house);
        String id = flows.start("caller", "{}");
        flows.await(id, "suspended");
        flows.signal(id, "go", "7").is(202);
        assertEquals("[1,7]", flows.await(id, "succeeded").at("/output"));
        deploy("counts", "counts").is(201);
        assertEquals("2", house.invoke("counts", "{}").is(200).body());
    }

    @Test
    @Tag("NM-05")
    void aModuleIsSwappedUnderLoadAndNoCallFails() throws Exception {
        deploy("near", "near").is(201);
        house.deploy("caller", "flow caller");
        called("near", "{\"r\":1}").is(200);
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String function = i % 2 == 0 ? "near" : "caller";
            callers.add(Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    Reply reply = house.invoke(function, "{\"r\":1}");
                    (reply.status() == 200 ? seen : failed).add(reply.body());
                }
            }));
        }
        try {
            for (String version : List.of("1.1.0", "1.2.0")) {
                upload(geo(version)).is(201);
                house.post("/api/v1/plugins/geo:activate", "{\"version\":\"" + version + "\"}")
                        .is(200);
                Eventually.holds(version + " is called", () -> seen.stream().anyMatch(each -> each.contains(version)));
            }
        } finally {
            over.set(true);
            for (Thread each : callers) {
                each.join(Duration.ofSeconds(20));
            }
        }
        assertEquals(List.of(), List.copyOf(failed));
    }

    @Test
    @Tag("NM-04")
    void aVersionWithoutAFunctionThatIsInUseIsRefused() {
        deploy("near", "near").is(201);
        house.invoke("near", "{\"r\":5}").is(200);
        upload(jar("2.0.0", "new NativeFunction(Name.of(\"far\"), \"{}\", Set.of())")
                        .bytes())
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
    void whatCallsAModuleThatWasTakenOutOfUseIsToldSo() {
        house.deploy("caller", "flow caller");
        house.delete("/api/v1/plugins/geo").is(204);
        Reply gone = called("near", "{\"r\":5}");
        assertTrue(gone.body().contains("Nothing serves the executor slot \\\"native-geo\\\""), gone.body());
        upload(geo("1.0.0")).is(201);
        house.post("/api/v1/plugins/geo:activate", "{\"version\":\"1.0.0\"}").is(200);
        called("near", "{\"r\":5}").is(200);
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
            upload(jar(each[0], each[1]).bytes()).is(201);
            Reply refused = house.post("/api/v1/plugins/geo:activate", "{\"version\":\"" + each[0] + "\"}");
            assertTrue(refused.status() == 422 && refused.body().contains(each[2]), each[0] + ": " + refused);
        }
        assertEquals("geo 1.0.0", house.get("/api/v1/modules").is(200).at("/items/0/plugin"));
    }
}
