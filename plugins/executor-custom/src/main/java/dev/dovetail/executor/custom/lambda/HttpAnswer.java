package dev.dovetail.executor.custom.lambda;

import dev.dovetail.spi.Bytes;
import dev.dovetail.worker.json.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a request is answered with; a body is JSON. */
record HttpAnswer(int status, Map<String, String> headers, Bytes body) {
    static HttpAnswer of(int status, Bytes json) {
        return new HttpAnswer(status, Map.of(), json);
    }

    /** As the API says that something was taken. */
    static HttpAnswer taken() {
        return of(202, Bytes.utf8("{\"status\":\"OK\"}"));
    }

    /** As the API refuses something. */
    static HttpAnswer refused(int status, String type, String message) {
        return of(
                status,
                new JsonText()
                        .object()
                        .field("errorMessage", message)
                        .field("errorType", type)
                        .end()
                        .bytes());
    }

    String reason() {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 410 -> "Gone";
            case 413 -> "Payload Too Large";
            case 422 -> "Unprocessable Content";
            default -> "Status";
        };
    }

    /** All headers in the order in which they are sent. */
    Map<String, String> sent() {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("Content-Length", Integer.toString(body.size()));
        return all;
    }
}
