package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A stream of events as a client reads it: one after the other, whenever the test wants the next. */
final class Sse implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    /** One event. */
    record Event(String id, String type, String data) {
        JsonNode json() {
            return House.SCHEMAS.parse(data);
        }

        long number() {
            return Long.parseLong(id.substring(id.indexOf(':') + 1));
        }

        String told() {
            return type + " " + data;
        }
    }

    private Sse(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    static Sse open(HttpRequest.Builder request) throws IOException, InterruptedException {
        Sse sse = new Sse(House.begin(request));
        assertEquals(200, sse.response.statusCode());
        assertEquals("text/event-stream", sse.header("Content-Type"));
        return sse;
    }

    /** Calls a function, and reads its answer as it comes. */
    static Sse call(House house, String function, String input, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = house.request("/api/v1/functions/" + function + "/invoke-stream")
                .POST(HttpRequest.BodyPublishers.ofString(input));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return open(request);
    }

    /** Goes on after this event. */
    static Sse resume(House house, String id, String after) throws IOException, InterruptedException {
        HttpRequest.Builder request = house.request("/api/v1/executions/" + id + "/stream");
        if (!after.isEmpty()) {
            request.header("Last-Event-ID", after);
        }
        return open(request);
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    String id() {
        return header("X-Execution-Id");
    }

    /** The next event; empty at the end. Comments are passed over. */
    Optional<Event> next() throws IOException {
        String id = "";
        String type = "message";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                type = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data.append(line.substring(6));
            } else if (line.isEmpty() && !data.isEmpty()) {
                return Optional.of(new Event(id, type, data.toString()));
            }
        }
        return Optional.empty();
    }

    /** The next event, which there must be. */
    Event take() throws IOException {
        return next().orElseThrow(() -> new AssertionError("The stream ended"));
    }

    /** All to the end, which must be where it belongs. */
    List<Event> rest() throws IOException {
        List<Event> all = new ArrayList<>();
        for (Optional<Event> next = next(); next.isPresent(); next = next()) {
            all.add(next.get());
        }
        assertTrue(
                !all.isEmpty()
                        && List.of("result", "error").contains(all.getLast().type()),
                () -> "" + all);
        return all;
    }

    /** The same as {@code type data}, without progress. */
    List<String> told() throws IOException {
        return rest().stream()
                .filter(each -> !each.type().equals("progress"))
                .map(Event::told)
                .toList();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
