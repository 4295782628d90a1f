package dev.dovetail.executor.starlark.json;

import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Halt;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Text;
import java.nio.charset.StandardCharsets;

/** Values for people to read: as JSON if JSON has such, otherwise as a text in Starlark's own form; from a budget of its own. */
public final class Readable {
    /** Stands for what has more bytes than it may. */
    public static final String TOO_LARGE = "\"(too large to be shown)\"";

    private static final long MOST_STEPS = 100_000;

    private Readable() {}

    public static String json(Object value, long mostBytes) {
        Run own = new Run(MOST_STEPS, mostBytes, "");
        try {
            return text(JsonWriter.write(own, value));
        } catch (Failure notJson) {
            try {
                return text(JsonWriter.write(own, Text.repr(own, value)));
            } catch (Failure | Halt e) {
                return "\"(cannot be shown)\"";
            }
        } catch (Halt e) {
            return TOO_LARGE;
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
