package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.record.Records;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Where a list goes on. Cursors are opaque to clients; inside is what the list's last item is found by. */
final class Cursors {
    private Cursors() {}

    /** What is inside, or empty text for the beginning. */
    static String read(Optional<String> cursor) {
        try {
            String inside = cursor.map(text -> new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8))
                    .orElse("");
            if (inside.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
                return inside;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw malformed(cursor.orElse(""));
    }

    /** Where a search of the caller's executions goes on. */
    static String ofHistory(Exchange x) {
        String inside = read(x.query("cursor"));
        if (!Records.isCursor(x.principal().tenant(), inside)) {
            throw malformed(inside);
        }
        return inside;
    }

    /** @throws Refusal if there is no number inside */
    static int number(String inside) {
        try {
            return Integer.parseInt(inside);
        } catch (NumberFormatException e) {
            throw malformed(inside);
        }
    }

    private static Refusal malformed(String cursor) {
        return Refusal.field(ErrorType.MALFORMED, "?cursor", "expected a cursor from nextCursor", "\"" + cursor + "\"");
    }

    static void write(ObjectNode json, Optional<String> next) {
        if (next.isPresent()) {
            json.put(
                    "nextCursor",
                    Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(next.get().getBytes(StandardCharsets.UTF_8)));
        } else {
            json.putNull("nextCursor");
        }
    }
}
