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

    EventStream(InputStream body) {
        lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** Hands on the data of each event, until the stream ends; an event that was cut off is dropped. */
    void each(Consumer<String> data) throws IOException {
        StringBuilder event = new StringBuilder();
        boolean any = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (any) {
                    data.accept(event.toString());
                }
                event.setLength(0);
                any = false;
            } else if (line.equals("data") || line.startsWith("data:")) {
                String value = line.length() <= 5 ? "" : line.substring(5);
                event.append(any ? "\n" : "").append(value.startsWith(" ") ? value.substring(1) : value);
                any = true;
            }
        }
    }
}
