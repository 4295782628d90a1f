package dev.dovetail.executor.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.TestBench;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A program that knows proxies by the usual variables reaches what its function may reach, and nothing else. */
@Needs({Need.BASH, Need.CURL, Need.BUBBLEWRAP, Need.PERL})
@Tag("RT-11")
@Tag("RT-25")
final class EgressTest {
    private static final String HOST = "127.0.0.2";

    private static final String PROGRAM = """
            #!/bin/bash
            api="http://$AWS_LAMBDA_RUNTIME_API"
            while :; do
                url=$(curl -s -D /tmp/headers "$api/2018-06-01/runtime/invocation/next") || exit 0
                id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: \\([^\\r]*\\).*/\\1/Ip' /tmp/headers)
                rm -f /tmp/body
                status=$(curl -s -m 20 -o /tmp/body -w '%{http_code}' "${url//\\"/}")
                body=$(tr -d '\\r\\n"' < /tmp/body)
                curl -s -X POST "$api/2018-06-01/runtime/invocation/$id/response" -d "\\"$status $body\\""
            done
            """;

    @Test
    void proxiesAreFoundByTheUsualVariables() throws Exception {
        InetAddress own = InetAddress.ofLiteral(HOST); // the first one is never asked of a proxy
        HttpServer world = HttpServer.create(new InetSocketAddress(own, 0), 0);
        world.createContext("/", exchange -> {
            byte[] body = ("hello from " + exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        world.start();
        int port = world.getAddress().getPort();
        try (TestBench bench = Benches.walled(Map.of("internal-hosts", List.of(HOST)))) {
            Path code = bench.folder();
            Path program = Files.writeString(code.resolve("bootstrap"), PROGRAM);
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            Launch plain = Benches.launch(bench, code, "a.b", Map.of());
            try (Instance instance = bench.executor().start(granted(plain))) {
                String refused = TestBench.call(instance, "\"http://example.invalid:" + port + "/x\"");
                assertTrue(refused.startsWith("\"403 The function may not reach example.invalid"), refused);
                assertEquals(
                        "\"200 hello from /in\"", TestBench.call(instance, "\"http://" + HOST + ":" + port + "/in\""));
            }
            try (Instance instance = bench.executor().start(plain)) {
                assertEquals("\"000 \"", TestBench.call(instance, "\"http://" + HOST + ":" + port + "/in\""));
            }
        } finally {
            world.stop(0);
        }
    }

    private static Launch granted(Launch plain) {
        return new Launch(
                plain.version(),
                plain.runtime(),
                plain.code(),
                plain.layers(),
                plain.handler(),
                plain.environment(),
                plain.limits(),
                plain.atLeast(),
                new Egress(true, List.of(HOST)),
                plain.capabilities(),
                plain.concurrency(),
                plain.logs());
    }
}
