package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Code as compilers, bundlers and package managers leave it. */
@Needs(Need.NODE)
@Tag("RT-17")
final class PackagedTest {
    /** The first column of the first line comes from the third line of the source. */
    private static final String MAP =
            "{\"version\":3,\"sources\":[\"../src/index.ts\"],\"names\":[],\"mappings\":\"AAEA\"}";

    private static final String FAILS = "exports.handler = async () => { throw new RangeError('no items'); };\n";

    private static Launch launch(TestBench bench, Map<String, String> files, Path... layers) throws Exception {
        return bench.launch(files, List.of(layers), Map.of(), Samples.LIMITS, 1);
    }

    private static Outcome outcome(TestBench bench, Launch launch, String input) throws Exception {
        try (Instance instance = bench.executor().start(launch)) {
            return instance.invoke(Samples.invocation(input), new FakeHost());
        }
    }

    private static Fault fault(TestBench bench, Map<String, String> files) throws Exception {
        return assertInstanceOf(Outcome.Failed.class, outcome(bench, launch(bench, files), "{}"))
                .fault();
    }

    @Test
    void anErrorSaysWhereInTheSourceItWas() throws Exception {
        String text = Base64.getEncoder().encodeToString(MAP.getBytes(StandardCharsets.UTF_8));
        try (TestBench bench = Benches.open()) {
            Place source = new Place("src/index.ts", 3, 1);
            Fault beside = fault(
                    bench,
                    Map.of(
                            "index.js",
                            FAILS + "//# sourceMappingURL=index.js.map\n",
                            "index.js.map",
                            MAP.replace("../src", "src"),
                            "src/index.ts",
                            "type None = never;\n\nthrow new RangeError('no items');\n"));
            assertEquals(Optional.of(source), beside.place());
            String details = beside.details().text();
            assertTrue(details.contains("\"code\":\"throw new RangeError('no items');\""), details);
            Fault within = fault(
                    bench,
                    Map.of(
                            "index.js",
                            FAILS + "//# sourceMappingURL=data:application/json;charset=utf-8;base64," + text));
            assertEquals(Optional.of(source), within.place(), "and what lies beside of the code is named as if below");
        }
    }

    @Test
    void aMapThatCannotBeReadSaysNothing() throws Exception {
        try (TestBench bench = Benches.open()) {
            for (String named : List.of("gone.map", "index.js", "data:;base64,e30=", "%zz")) {
                Fault fault = fault(bench, Map.of("index.js", FAILS + "//# sourceMappingURL=" + named + "\n"));
                assertEquals(Optional.of(new Place("index.js", 1, 39)), fault.place(), named);
            }
        }
    }

    @Test
    void modulesImportPackagesOfLayersAndTheLaterLayerCounts() throws Exception {
        String main = "{\"exports\": {\"import\": \"./it.mjs\", \"require\": \"./it.cjs\"}}";
        try (TestBench bench = Benches.open()) {
            Path one = bench.folder(Map.of(
                    "nodejs/node_modules/cheese/index.js",
                    "module.exports = 'brie';",
                    "node_modules/bread/index.js",
                    "module.exports = 'rye';"));
            Path other = bench.folder(Map.of(
                    "nodejs/node_modules/cheese/package.json",
                    main,
                    "nodejs/node_modules/cheese/it.mjs",
                    "export default 'gouda';",
                    "nodejs/node_modules/cheese/it.cjs",
                    "module.exports = 'edam';"));
            String source = "import cheese from 'cheese';\nimport bread from 'bread';\n"
                    + "const none = await import('none').catch((error) => error.code);\n"
                    + "export const handler = async () => [cheese, bread, none];";
            Outcome outcome = outcome(bench, launch(bench, Map.of("index.mjs", source), one, other), "{}");
            assertEquals("[\"gouda\",\"rye\",\"ERR_MODULE_NOT_FOUND\"]", TestBench.text(outcome));
        }
    }

    /** As packages do it that know nothing of this system: by the variables that name proxies. */
    @Test
    @Needs({Need.NODE, Need.BUBBLEWRAP, Need.CONTROL_GROUPS, Need.ROOT})
    @Tag("RT-25")
    void clientsThatHeedProxiesReachTheHostsThatWereGranted() throws Exception {
        HttpServer world = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        world.createContext("/", exchange -> {
            byte[] body = exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        world.start();
        String source = """
                const http = require('http');
                const get = (url) => new Promise((resolve, reject) => {
                  const proxy = new URL(process.env.HTTP_PROXY);
                  http.get({agent: false, host: proxy.hostname, port: proxy.port, path: url}, (answer) => {
                    let text = '';
                    answer.on('data', (piece) => text += piece);
                    answer.on('end', () => resolve(answer.statusCode + ' ' + text));
                  }).on('error', reject);
                });
                exports.handler = async (event) => [await get(event.good), (await get(event.bad)).slice(0, 3)];
                """;
        try (TestBench bench =
                TestBench.open(new NodeExecutorProvider(), Map.of("internal-hosts", List.of("localhost")))) {
            Launch plain = launch(bench, Map.of("index.js", source));
            Launch granted = new Launch(
                    plain.version(),
                    plain.runtime(),
                    plain.code(),
                    plain.layers(),
                    plain.handler(),
                    plain.environment(),
                    plain.limits(),
                    plain.atLeast(),
                    new Egress(true, List.of("localhost")),
                    plain.capabilities(),
                    plain.concurrency(),
                    plain.logs());
            String address = ":" + world.getAddress().getPort() + "/tea?hot=1";
            String input = "{\"good\":\"http://localhost" + address + "\",\"bad\":\"http://127.0.0.1" + address + "\"}";
            assertEquals("[\"200 /tea?hot=1\",\"403\"]", TestBench.text(outcome(bench, granted, input)));
        } finally {
            world.stop(0);
        }
    }
}
