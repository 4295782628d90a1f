package dev.dovetail.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads server-sent events. */
final class EventStream {
    private final BufferedReader lines;

    /**
     * One event.
     *
     * @param id names it, or is empty text
     * @param type {@code message} if the server says nothing else
     */
    record Event(String id, String type, String data) {}

    EventStream(InputStream body) {
        lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** Hands on each event, until the stream ends; one that was cut off is dropped. */
    void each(Consumer<Event> events) throws IOException {
        StringBuilder data = new StringBuilder();
        boolean any = false;
        String id = "";
        String type = "message";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (any) {
                    events.accept(new Event(id, type, data.toString()));
                }
                data.setLength(0);
                any = false;
                type = "message";
            } else if (line.equals("data") || line.startsWith("data:")) {
                data.append(any ? "\n" : "").append(value(line, "data"));
                any = true;
            } else if (line.startsWith("event:")) {
                type = value(line, "event");
            } else if (line.startsWith("id:")) {
                id = value(line, "id");
            }
        }
    }

    private static String value(String line, String field) {
        String value = line.length() <= field.length() + 1 ? "" : line.substring(field.length() + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }
}
