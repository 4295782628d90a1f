package dev.dovetail.executor.custom.lambda;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came.
 *
 * @param headers by their names in lower case, those that followed the body among them
 * @param body as much of it as was to be kept
 * @param length of the body as it was sent
 */
record HttpRequest(String method, String path, Map<String, String> headers, byte[] body, long length) {
    HttpRequest {
        headers = Map.copyOf(headers);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Whether more of it came than was to be kept. */
    boolean cut() {
        return length > body.length;
    }
}
