package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a guest gets for a question.
 *
 * @param refused whether the bytes are an error, {@code {"id", "message", "owner", "details"}}, and not the answer
 */
record Reply(boolean refused, Bytes bytes) {
    static final Reply NOTHING = new Reply(false, Bytes.utf8("null"));

    static Reply of(Json value) {
        return new Reply(false, value.bytes());
    }

    static Reply refused(Fault fault) {
        Map<String, Json> error = new LinkedHashMap<>();
        error.put("id", Json.text(fault.id()));
        error.put("message", Json.text(fault.message()));
        error.put("owner", Json.text(fault.owner().name().toLowerCase(Locale.ROOT)));
        error.put("details", Json.known(fault.details().text()));
        return new Reply(true, Json.object(error).bytes());
    }
}
