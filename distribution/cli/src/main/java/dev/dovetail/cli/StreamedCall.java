package dev.dovetail.cli;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A call whose answer is shown as it comes: a line for each piece, and progress beside it on a terminal. A connection that is lost is
 * made again, and goes on after the last event that was shown.
 */
final class StreamedCall {
    private static final int MOST_LOST = 10;
    private static final long PAUSE_MILLIS = 500;

    private final Api api;
    private final Screen screen;
    private Optional<JsonNode> result = Optional.empty();
    private Optional<JsonNode> error = Optional.empty();
    private String last = "";

    StreamedCall(Api api, Screen screen) {
        this.api = api;
        this.screen = screen;
    }

    /**
     * @return the execution's id
     * @throws Refused with the problem that the call ended with
     */
    String call(String path, JsonNode input, Map<String, String> headers) {
        begin(path, input, headers);
        String id = last.contains(":") ? last.substring(0, last.indexOf(':')) : "";
        for (int lost = 0; !ended() && lost < MOST_LOST; lost++) {
            goOn(id);
        }
        error.ifPresent(problem -> {
            throw new Refused(problem.path("status").asInt(500), problem);
        });
        screen.json(result.orElseThrow(() -> new Refused(
                502, Screen.JSON.createObjectNode().put("title", "The stream was cut off, and has no end"))));
        return id;
    }

    private boolean ended() {
        return result.isPresent() || error.isPresent();
    }

    private void begin(String path, JsonNode input, Map<String, String> headers) {
        try {
            api.stream(path, Optional.of(input), headers, this::show);
        } catch (Api.Unreachable e) {
            if (last.isEmpty()) {
                throw e; // nothing has come that one could go on from
            }
        }
    }

    private void goOn(String id) {
        try {
            Thread.sleep(PAUSE_MILLIS);
            api.stream(
                    "/api/v1/executions/" + Api.escaped(id) + "/stream",
                    Optional.empty(),
                    Map.of("Last-Event-ID", last),
                    this::show);
        } catch (Api.Unreachable _) {
            screen.aside("the connection is lost, and is made again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a stream was read", e);
        }
    }

    private void show(EventStream.Event event) {
        last = event.id();
        JsonNode data = Screen.JSON.readTree(event.data());
        switch (event.type()) {
            case "chunk" -> screen.line(Screen.JSON.writeValueAsString(data));
            case "progress" -> progress(data);
            case "result" -> result = Optional.of(data);
            case "error" -> error = Optional.of(data);
            default -> {} // of a newer server
        }
    }

    private void progress(JsonNode data) {
        if (screen.terminal()) {
            long percent = Math.round(100 * data.path("progress").asDouble(0));
            screen.aside(screen.ink(
                    Screen.Ink.FAINT,
                    percent + "% " + Screen.plain(data.path("message").asString(""))));
        }
    }
}
