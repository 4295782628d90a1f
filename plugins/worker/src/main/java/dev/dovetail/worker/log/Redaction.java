package dev.dovetail.worker.log;

import dev.dovetail.spi.Bytes;
import dev.dovetail.worker.json.JsonText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Takes the values of secrets out of what leaves a worker. It remembers those of all calls that the worker has had: code may
 * keep them. Thread-safe.
 */
public final class Redaction {
    private static final String MASK = "[secret]";
    private static final int MOST = 1024;

    private volatile List<String> values = List.of();

    /** From now on this text is hidden, as it is and as JSON writes it; each line of it, if it has several. */
    public synchronized void hide(String secret) {
        List<String> all = new ArrayList<>(values);
        secret.lines().filter(line -> !line.isBlank()).forEach(line -> {
            add(all, line);
            String quoted = new JsonText().value(line).toString();
            add(all, quoted.substring(1, quoted.length() - 1));
        });
        // a value that contains another goes first, and the oldest go when there are too many
        all.sort(Comparator.comparingInt(String::length).reversed());
        values = List.copyOf(all.subList(0, Math.min(all.size(), MOST)));
    }

    private static void add(List<String> all, String value) {
        if (!all.contains(value)) {
            all.add(value);
        }
    }

    public String clean(String text) {
        String clean = text;
        for (String value : values) {
            if (clean.contains(value)) {
                clean = clean.replace(value, MASK);
            }
        }
        return clean;
    }

    public Bytes clean(Bytes json) {
        return values.isEmpty() ? json : Bytes.utf8(clean(json.text()));
    }
}
