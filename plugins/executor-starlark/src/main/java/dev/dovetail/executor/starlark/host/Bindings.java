package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.json.Readable;
import dev.dovetail.executor.starlark.value.Active;
import dev.dovetail.executor.starlark.value.Run;
import java.util.Map;

/**
 * What the variables of a call's frames have, for people to read, innermost first: each as a text of JSON, within bounds. It is written
 * from a budget of its own, so that code counts the same steps whatever its variables are.
 */
final class Bindings {
    private static final int MOST_FRAMES = 20;
    private static final int MOST_BYTES = 48 * 1024;
    private static final int MOST_BYTES_OF_ONE = 4096;

    private Bindings() {}

    static String json(Run run) {
        StringBuilder all = new StringBuilder("[");
        int frames = 0;
        for (Active each = run.top; each != Active.NONE && frames < MOST_FRAMES; each = each.caller(), frames++) {
            all.append(frames == 0 ? "" : ",")
                    .append("{\"function\":")
                    .append(quoted(each.name()))
                    .append(",\"line\":")
                    .append(each.place().line())
                    .append(",\"variables\":{");
            String comma = "";
            for (Map.Entry<String, Object> variable : each.variables().entrySet()) {
                if (!(variable.getValue() instanceof Ctx)) { // the host's functions, which every call has
                    all.append(comma)
                            .append(quoted(variable.getKey()))
                            .append(':')
                            .append(quoted(
                                    all.length() < MOST_BYTES
                                            ? Readable.json(variable.getValue(), MOST_BYTES_OF_ONE)
                                            : Readable.TOO_LARGE));
                    comma = ",";
                }
            }
            all.append("}}");
        }
        return all.append(']').toString();
    }

    private static String quoted(String text) {
        return Readable.json(text, 8 * MOST_BYTES_OF_ONE);
    }
}
