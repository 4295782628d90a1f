package dev.dovetail.executor.custom.lambda;

import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.json.JsonText;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Answers that a program sent piece by piece. They need be no JSON, so that they are made into JSON here. */
final class Streamed {
    private static final String WITH_PRELUDE = "application/vnd.awslambda.http-integration-response";
    private static final int ZEROS = 8;

    private Streamed() {}

    static boolean is(HttpRequest request) {
        return request.header("lambda-runtime-function-response-mode")
                .filter(mode -> mode.equalsIgnoreCase("streaming"))
                .isPresent();
    }

    /** JSON as it is; other text as a JSON string; a response for a gateway as its status, headers and body. */
    static byte[] json(HttpRequest request) {
        byte[] body = request.body();
        boolean prelude = request.header("content-type").orElse("").startsWith(WITH_PRELUDE);
        int zeros = prelude ? zeros(body) : -1;
        if (zeros >= 0) {
            try {
                Fields status = Fields.read(Arrays.copyOf(body, zeros));
                JsonText out = new JsonText().object();
                for (String key : status.keys()) {
                    out.key(key).raw(status.json(key).orElseThrow());
                }
                byte[] rest = Arrays.copyOfRange(body, zeros + ZEROS, body.length);
                Optional<String> text = Call.utf8(rest);
                return out.field(
                                "body", text.orElseGet(() -> Base64.getEncoder().encodeToString(rest)))
                        .field("isBase64Encoded", text.isEmpty())
                        .end()
                        .utf8();
            } catch (NotJson e) {
                // then it is text like any other
            }
        }
        try {
            Json.check(body);
            return body;
        } catch (NotJson e) {
            return new JsonText()
                    .value(Call.utf8(body).orElseGet(() -> Base64.getEncoder().encodeToString(body)))
                    .utf8();
        }
    }

    private static int zeros(byte[] body) {
        int run = 0;
        for (int i = 0; i < body.length; i++) {
            run = body[i] == 0 ? run + 1 : 0;
            if (run == ZEROS) {
                return i + 1 - ZEROS;
            }
        }
        return -1;
    }
}
