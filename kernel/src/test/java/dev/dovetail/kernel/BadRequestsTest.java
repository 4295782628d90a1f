package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are wrong are told so, each in its own way, and the next one is served. */
@ExtendWith(OpenHouse.class)
record BadRequestsTest(House house) {
    /** Sends bytes as they are, and answers all that comes back. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", house.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String head(String line) {
        return line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + House.TOKEN
                + "\r\n";
    }

    private static void isProblem(String response, int status, String code) {
        assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
        assertTrue(response.contains("application/problem+json"), response);
        assertTrue(response.contains("\"code\":\"" + code + "\""), response);
    }

    @Tag("SE-07")
    @Tag("SE-08")
    @Test
    void nobodyComesInWithoutAToken() {
        for (String path :
                List.of("/api/v1/functions", "/api/v1/executions", "/metrics", "/api/v1/whoami", "/api/v1/nodes")) {
            var request = house.request(path).GET();
            Reply reply = House.send(java.net.http.HttpRequest.newBuilder(house.uri(path))
                            .GET())
                    .isProblem(401, "unauthenticated");
            assertEquals("Bearer", reply.header("WWW-Authenticate"));
            House.send(request.copy().setHeader("Authorization", "Basic " + House.TOKEN))
                    .isProblem(401, "unauthenticated");
            House.send(request).is(200);
            House.send(java.net.http.HttpRequest.newBuilder(house.uri(path)).header("X-Api-Key", House.TOKEN))
                    .is(200);
        }
        for (String open : List.of("/health", "/health/live", "/health/ready", "/openapi.json")) {
            House.send(java.net.http.HttpRequest.newBuilder(house.uri(open)).GET())
                    .is(200);
        }
        assertEquals("default", house.get("/api/v1/whoami").at("/tenant"));
    }

    @Test
    void aForeignHostOrPageIsTurnedAway() throws Exception {
        isProblem(
                raw("GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
                403,
                "permission_denied");
        for (String origin : List.of("https://evil.example", "null", "http://localhost.evil.example", "::")) {
            isProblem(raw(head("GET /api/v1/functions") + "Origin: " + origin + "\r\n\r\n"), 403, "permission_denied");
        }
        assertTrue(raw(head("GET /api/v1/functions") + "Origin: http://localhost:3000\r\n\r\n")
                .startsWith("HTTP/1.1 200"));
        assertTrue(raw("GET /health HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 200"));
    }

    @Test
    void anotherMethodIsToldWhichArePossible() {
        assertEquals(
                "GET, POST",
                house.delete("/api/v1/functions")
                        .isProblem(405, "method_not_allowed")
                        .header("Allow"));
        assertEquals(
                "POST", house.get("/rpc").isProblem(405, "method_not_allowed").header("Allow"));
        house.send("BREW", "/rpc", new byte[0]).isProblem(405, "method_not_allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/openapi.json", "/api/v1/functions", "/nothing", "/rpc"})
    void headIsAnsweredWithoutABody(String path) throws Exception {
        String got = raw(head("GET " + path) + "\r\n");
        String head = raw(
                head("HEAD " + path).replace("Connection: close\r\n", "") + "\r\n" + head("GET /health/live") + "\r\n");
        int end = head.indexOf("\r\n\r\n") + 4;
        assertTrue(head.startsWith("HTTP/1.1 200", end), head);
        assertEquals(statusLine(got), statusLine(head));
        assertTrue(head.substring(0, end).contains("Content-Length: "), head);
    }

    private static String statusLine(String response) {
        return response.substring(0, response.indexOf('\r'));
    }

    @Test
    void theWholeAddressMayBeAskedFor() throws Exception {
        String whole = "http://127.0.0.1:" + house.port();
        assertTrue(
                raw(head("GET " + whole + "/api/v1/functions?limit=1") + "\r\n").startsWith("HTTP/1.1 200"));
        isProblem(raw(head("GET " + whole + "/nothing") + "\r\n"), 404, "not_found");
        isProblem(raw(head("GET " + whole) + "\r\n"), 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nothing",
                "/api/v1/functions/a/b/c",
                "/api/v1/functions/x:fly",
                "//",
                "/api/v1//functions",
                "/api/v1/functions/%2e%2e/x",
                "/api/v1/functions/..%2f..%2fetc"
            })
    void whereThereIsNothingIsNothingFound(String path) {
        house.get(path).isProblem(404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /%zz", "GET /api/v1/functions/%", "GET  /", "G\u0001T /", "/ GET"})
    void whatIsNoRequestIsTold(String line) throws Exception {
        String response = raw(head(line) + "\r\n");
        assertTrue(response.startsWith("HTTP/1.1 400 "), response);
        assertTrue(response.contains("application/problem+json"), response);
    }

    @Test
    void wrongHttpIsTold() throws Exception {
        isProblem(raw("GET / HTTP/1.1\r\nHost localhost\r\n\r\n"), 400, "malformed");
        isProblem(raw("hello\r\n\r\n"), 400, "malformed");
        isProblem(raw(head("POST /rpc") + "Content-Length: x\r\n\r\n"), 400, "malformed");
        isProblem(raw(head("GET /health") + "X-Long: " + "x".repeat(40_000) + "\r\n\r\n"), 431, "headers_too_large");
    }

    @Test
    void whatIsNotJsonIsToldWithItsPlace() {
        for (String bad : List.of("{", "{\"a\":}", "nope", "{\"a\":1}{}", "{\"a\":1,\"a\":2}", "\"\\x\"", "NaN")) {
            Reply reply = house.post("/api/v1/functions", bad).isProblem(400, "parse");
            assertTrue(reply.at("/detail").contains("line "), reply.body());
        }
        Reply deep = house.post("/api/v1/functions", "[".repeat(300)).isProblem(400, "parse");
        assertEquals("Not JSON: more than 200 values are inside one another", deep.at("/detail"));
        house.send("POST", "/api/v1/functions", new byte[] {'"', (byte) 0xff, '"'})
                .isProblem(400, "parse");
        house.deploy("parsed", "echo");
        house.invoke("parsed", "{\"a\":").isProblem(400, "parse");
        house.send("PUT", "/api/v1/functions/parsed/environment", new byte[] {'['})
                .isProblem(400, "parse");
    }

    @Test
    void aBodyOfAnotherKindIsNotRead() {
        house.post("/api/v1/functions", "a: b", "Content-Type", "application/yaml")
                .isProblem(415, "unsupported_media_type");
        house.deploy("media", "echo");
        house.send(
                        "PUT",
                        "/api/v1/functions/media/environment",
                        "x".getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "text/plain")
                .isProblem(415, "unsupported_media_type");
    }

    @Tag("TY-12")
    @Test
    void aBodyThatIsTooLargeIsNotRead() throws Exception {
        isProblem(raw(head("POST /rpc") + "Content-Length: 99999999999\r\n\r\n"), 413, "payload_too_large");
        house.deploy("small", "echo");
        house.put("/api/v1/functions/small/concurrency", "\"" + "x".repeat(300_000) + "\"")
                .isProblem(413, "payload_too_large");
        StringBuilder endless = new StringBuilder(head("PUT /api/v1/functions/small/concurrency"))
                .append("Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 40; i++) {
            endless.append("4000\r\n").append("x".repeat(0x4000)).append("\r\n");
        }
        try {
            isProblem(raw(endless.toString()), 413, "payload_too_large");
        } catch (java.net.SocketException e) {
            // the kernel hung up while this was still talking, which is as good
            assertTrue(e.getMessage().contains("reset") || e.getMessage().contains("pipe"), e.getMessage());
        }
    }

    @Test
    void aBodyThatComesTooSlowlyIsNotWaitedFor(@TempDir Path folder) throws Exception {
        try (House hasty = House.at(folder).with("http.body-timeout", "PT0.3S").open();
                Socket socket = new Socket("127.0.0.1", hasty.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write((head("POST /rpc") + "Content-Length: 100000\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            Eventually.holds("it is answered", () -> {
                int there = in.available(); // looked at first: who talks on finds that the kernel has hung up
                out.write(there > 0 ? new byte[0] : new byte[] {'['});
                return there > 0;
            });
            byte[] start = in.readNBytes(12);
            assertEquals("HTTP/1.1 408", new String(start, StandardCharsets.ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\n{}\r\n0\r\n\r\n",
                "-1\r\n{}\r\n0\r\n\r\n",
                "ffffffffffffffffff\r\n{}",
                "2\r\n{}\r\n0\r\nnot the end\r\n\r\n",
                "2\n{}\n0\n\n\r\n",
                "\r\n\r\n"
            })
    void aBrokenChunkedBodyIsAnsweredAndTheConnectionClosed(String body) throws Exception {
        isTold(chunked(body, false), 400, "malformed");
        isTold(chunked(body, true), 400, "malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7fffffff\r\n{}", "2\r\n{", "2\r\n{}\r\n", "2", ""})
    void aChunkedBodyThatBreaksOffIsAnsweredAndTheConnectionClosed(String body) throws Exception {
        isTold(chunked(body, true), 400, "malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n\r\n2\r\n{",
                "Content-Length: 10\r\n\r\n{",
                "Content-Length: 10\r\n\r\n"
            })
    void aBodyThatFallsSilentIsGivenUp(String rest, @TempDir Path folder) throws Exception {
        try (House hasty = House.at(folder).with("http.body-timeout", "PT0.3S").open();
                Socket socket = new Socket("127.0.0.1", hasty.port())) {
            socket.setSoTimeout(20_000);
            String head = "POST /rpc HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + House.TOKEN + "\r\n";
            socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.ISO_8859_1));
            String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(said.startsWith("HTTP/1.1 408 "), said);
            assertTrue(said.contains("did not arrive within"), said);
            hasty.get("/api/v1/functions").is(200);
        }
    }

    /** @param over whether the client says that nothing more comes */
    private String chunked(String body, boolean over) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", house.port())) {
            socket.setSoTimeout(30_000);
            String head = "POST /rpc HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + House.TOKEN
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n";
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
            if (over) {
                socket.shutdownOutput();
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static void isTold(String answer, int status, String code) {
        isProblem(answer, status, code);
        assertEquals(0, answer.lastIndexOf("HTTP/1.1"), "what follows is no request");
    }

    @Test
    void queriesAreChecked() {
        for (String query : List.of("limit=0", "limit=101", "limit=x", "cursor=!", "cursor=AAAA")) {
            house.get("/api/v1/executions?" + query).isProblem(400, "malformed");
        }
        house.deploy("asked", "echo");
        String cursor = Base64.getUrlEncoder().encodeToString("x".getBytes(StandardCharsets.UTF_8));
        house.get("/api/v1/functions/asked/versions?cursor=" + cursor).isProblem(400, "malformed");
        house.get("/api/v1/executions?cursor=" + cursor).isProblem(400, "malformed");
        String foreign = Base64.getUrlEncoder()
                .encodeToString("20261121/t/other/x/000000000000-a-0".getBytes(StandardCharsets.UTF_8));
        house.get("/api/v1/executions?cursor=" + foreign).isProblem(400, "malformed");
        house.get("/api/v1/executions?status=asleep").isProblem(400, "malformed");
        house.get("/api/v1/executions?since=yesterday").isProblem(400, "malformed");
        house.get("/api/v1/functions/asked/metrics?window=long").isProblem(400, "malformed");
        house.post("/api/v1/functions/asked/invoke?dryRun=perhaps", "{}").isProblem(400, "malformed");
        house.get("/api/v1/executions/nothing").isProblem(404, "not_found");
    }
}
