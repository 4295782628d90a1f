package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A streamed call as the command line shows it. */
final class StreamedCallTest {
    private static final String ID = "0199d5c0-1c3e-7a52-8f40-7d8f5e0a4b11";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer http;

    @BeforeEach
    void listen() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.start();
    }

    @AfterEach
    void close() {
        http.stop(0);
    }

    private static String event(int number, String type, String data) {
        return "id: " + ID + ":" + number + "\nevent: " + type + "\ndata: " + data + "\n\n";
    }

    /** The first answer is cut off after two events; the next begins where it was cut. */
    private void answer(HttpExchange x) throws IOException {
        try (x) {
            String seen = x.getRequestHeaders().getFirst("Last-Event-ID");
            String path = x.getRequestURI().getPath();
            asked.add(x.getRequestMethod() + " " + path + (seen == null ? "" : " " + seen)
                    + new String(x.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            x.getResponseHeaders().set("Content-Type", "text/event-stream");
            x.sendResponseHeaders(200, 0);
            String body = path.contains("/fails/")
                    ? event(1, "chunk", "1") + event(2, "error", "{\"title\":\"The function failed\",\"status\":500}")
                    : seen == null
                            ? ": hello\n\n" + event(1, "progress", "{\"progress\":0.25,\"message\":\"begun\"}")
                                    + event(2, "chunk", "{\"a\":1}") + "id: " + ID + ":3\nevent: chunk\nda"
                            : event(3, "chunk", "\"b\"") + event(4, "result", "[\"end\"]");
            x.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private Ran run(String... arguments) {
        return Ran.against(
                new Server() {
                    @Override
                    public URI address() {
                        return URI.create(
                                "http://127.0.0.1:" + http.getAddress().getPort());
                    }

                    @Override
                    public void close() {}
                },
                arguments);
    }

    @Test
    void aConnectionThatIsLostGoesOnAfterTheLastPieceThatWasShown() {
        Ran ran = run("invoke", "tells", "{\"x\":1}", "--stream");
        assertEquals(new Ran(0, "{\"a\":1}\n\"b\"\n[\"end\"]\n", ""), ran);
        assertEquals(
                List.of(
                        "POST /api/v1/functions/tells/invoke-stream{\"x\":1}",
                        "GET /api/v1/executions/" + ID + "/stream " + ID + ":2"),
                asked);
    }

    @Test
    void anErrorAfterPiecesIsComplainedOfAsAnyOther() {
        Ran ran = run("invoke", "fails", "--stream");
        assertEquals("1\n", ran.out());
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("The function failed (500)"), ran.err());
    }

    @Test
    void aStreamIsNeitherAsynchronousNorADryRun() {
        assertEquals(2, run("invoke", "tells", "--stream", "--async").status());
        assertEquals(List.of(), asked);
    }
}
