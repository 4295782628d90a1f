package dev.dovetail.kernel.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Sends answers: to HEAD only what comes ahead of a body, and how long it would be (RFC 9110, section 9.3.2). */
final class Sending {
    private Sending() {}

    /** All of an answer to HEAD has been sent, and what would have made its body need not go on. */
    static final class HeadSent extends RuntimeException {
        private static final long serialVersionUID = 1;

        private HeadSent() {
            super("All is sent that HEAD asks for", null, false, false);
        }
    }

    static void send(ServerRequest request, ServerResponse response, byte[] body) {
        if (isHead(request)) {
            response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
            response.send();
        } else {
            response.send(body);
        }
    }

    /** @throws HeadSent to HEAD, since the body of a stream is never asked for */
    static void begin(ServerRequest request, ServerResponse response) {
        if (isHead(request)) {
            response.send();
            throw new HeadSent();
        }
    }

    static boolean isHead(ServerRequest request) {
        return request.prologue().method() == Method.HEAD;
    }
}
