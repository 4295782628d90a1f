package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.spi.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a list goes on. Cursors are opaque to clients; inside is a mark of the list that gave it and of what that is filtered by,
 * and what the list's last item is found by. A cursor of another list, or of the same with other filters, is refused: what it
 * would lead to is no page of either.
 */
final class Cursors {
    private static final int MARK = 8;

    private Cursors() {}

    /** What is inside, or empty text for the beginning. */
    static String read(Exchange x) {
        return read(x, "", "?cursor", x.query("cursor"));
    }

    /**
     * The same, of a list that is filtered by more than the query.
     *
     * @param filters what it is filtered by besides
     * @param at where the cursor was given
     */
    static String read(Exchange x, String filters, String at, Optional<String> cursor) {
        if (cursor.filter(text -> !text.isEmpty()).isEmpty()) {
            return "";
        }
        String inside = decoded(at, cursor.get());
        if (!inside.startsWith(mark(x, filters))) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    at,
                    "expected a cursor from nextCursor of this list, with the same filters",
                    "\"" + cursor.get() + "\"");
        }
        return inside.substring(MARK);
    }

    private static String decoded(String at, String cursor) {
        try {
            String inside = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (inside.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
                return inside;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw Refusal.field(ErrorType.MALFORMED, at, "expected a cursor from nextCursor", "\"" + cursor + "\"");
    }

    /** Where a search of the caller's executions goes on. */
    static String ofHistory(Exchange x) {
        String inside = read(x);
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

    /** What somebody made up, and no list gave. */
    static Refusal malformed(String inside) {
        return Refusal.field(ErrorType.MALFORMED, "?cursor", "expected a cursor from nextCursor", "\"" + inside + "\"");
    }

    static void write(Exchange x, ObjectNode json, Optional<String> next) {
        write(x, "", json, next);
    }

    /** @param filters the same as when it is read */
    static void write(Exchange x, String filters, ObjectNode json, Optional<String> next) {
        if (next.isPresent()) {
            byte[] inside = (mark(x, filters) + next.get()).getBytes(StandardCharsets.UTF_8);
            json.put("nextCursor", Base64.getUrlEncoder().withoutPadding().encodeToString(inside));
        } else {
            json.putNull("nextCursor");
        }
    }

    /** Says of a list that is all there is; a cursor can only be of another one. */
    static ObjectNode whole(Exchange x, ObjectNode json) {
        read(x);
        return json.putNull("nextCursor");
    }

    /** Against mistakes, not against forgery: what is inside opens nothing that its list does not show anyway. */
    private static String mark(Exchange x, String filters) {
        String list = x.principal().tenant() + " " + x.list() + " " + filters;
        return Digest.of(list.getBytes(StandardCharsets.UTF_8)).hex().substring(0, MARK);
    }
}
