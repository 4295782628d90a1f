package dev.dovetail.kernel.http;

import dev.dovetail.kernel.identity.Permission;
import java.util.List;
import java.util.Optional;

/**
 * One operation of the API.
 *
 * @param template such as {@code /api/v1/functions/{name}/versions/{version}:publish}
 * @param needs what the caller must be allowed; empty if anybody may call
 * @param largest the most bytes that a body may have
 * @param summary one line for the description of the API
 * @param schema the name of the body's schema in the description, if there is a body
 * @param harmless why it changes nothing, if it does not though its method may
 */
record Route(
        String method,
        String template,
        Optional<Permission> needs,
        long largest,
        String summary,
        Optional<String> schema,
        Optional<String> harmless,
        Handler handler) {
    Route {
        if (!method.equals("GET") && harmless.isEmpty() && !(handler instanceof Dry)) {
            throw new IllegalArgumentException(
                    method + " " + template
                            + " may change something: its handler is to be told whether to, or it is to be said why it does not");
        }
    }

    /** Answers an exchange. */
    @FunctionalInterface
    interface Handler {
        void handle(Exchange exchange) throws Exception;
    }

    /** Answers an exchange, and changes what it says, unless this is a dry run: then nothing is changed. */
    @FunctionalInterface
    interface Change {
        void handle(Exchange exchange, boolean dryRun) throws Exception;
    }

    /** A change that is told whether to be one. */
    private record Dry(Change change) implements Handler {
        @Override
        public void handle(Exchange exchange) throws Exception {
            change.handle(exchange, exchange.flag("dryRun"));
        }
    }

    static Handler of(Change change) {
        return new Dry(change);
    }

    /** Whether it may change something, and takes {@code ?dryRun}. */
    boolean changes() {
        return handler instanceof Dry;
    }

    /** The template without its verb, in segments; a parameter is in braces. */
    List<String> segments() {
        return List.of(path().substring(1).split("/", -1));
    }

    private String path() {
        int verb = verbAt();
        return verb < 0 ? template : template.substring(0, verb);
    }

    /** What follows a colon at the end, or empty text. */
    String verb() {
        int verb = verbAt();
        return verb < 0 ? "" : template.substring(verb + 1);
    }

    private int verbAt() {
        int colon = template.lastIndexOf(':');
        return colon > template.lastIndexOf('/') ? colon : -1;
    }
}
