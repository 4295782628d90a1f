package dev.dovetail.kernel.telemetry;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class OtlpTest {
    @Test
    @Tag("OB-01")
    @Tag("OB-03")
    void spansAndMetricsReachTheCollector() throws Exception {
        Map<String, String> received = new ConcurrentHashMap<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            received.merge(
                    exchange.getRequestURI().getPath(), new String(body, StandardCharsets.ISO_8859_1), String::concat);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        try {
            URI endpoint =
                    URI.create("http://127.0.0.1:" + collector.getAddress().getPort());
            Telemetry telemetry =
                    new Telemetry(TelemetrySettings.USUAL.withSampled(1).withOtlp(endpoint));
            try (Trace call = telemetry.trace()) {
                call.label(Trace.Label.FUNCTION, "a-function-to-recognise");
            }
            telemetry.counter("a.number.to.recognise.total", "", Map.of()).add(1);
            telemetry.close();
            assertTrue(received.getOrDefault("/v1/traces", "").contains("a-function-to-recognise"), received::toString);
            assertTrue(
                    received.getOrDefault("/v1/metrics", "").contains("a.number.to.recognise.total"),
                    received::toString);
        } finally {
            collector.stop(0);
        }
    }
}
