package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** One request and its response, as the routes see them. Used by one thread. */
final class Exchange {
    private static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");

    private final ServerRequest request;
    private final ServerResponse response;
    private final Route route;
    private final Map<String, String> parameters;
    private final Optional<Principal> principal;
    private final Schemas schemas;
    private final Bodies bodies;
    private final Incoming incoming;
    private final Outgoing outgoing;
    private final String requestId;
    private final Trace trace;

    Exchange(
            ServerRequest request,
            ServerResponse response,
            Route route,
            Map<String, String> parameters,
            Optional<Principal> principal,
            Schemas schemas,
            Bodies bodies,
            Incoming incoming,
            Outgoing outgoing,
            String requestId,
            Trace trace) {
        this.request = request;
        this.response = response;
        this.route = route;
        this.parameters = parameters;
        this.principal = principal;
        this.schemas = schemas;
        this.bodies = bodies;
        this.incoming = incoming;
        this.outgoing = outgoing;
        this.requestId = requestId;
        this.trace = trace;
    }

    Principal principal() {
        return principal.orElseThrow(() -> new IllegalStateException("An open route asked who calls"));
    }

    String requestId() {
        return requestId;
    }

    Trace trace() {
        return trace;
    }

    Schemas schemas() {
        return schemas;
    }

    /** A part of the path. */
    String parameter(String name) {
        return parameters.get(name);
    }

    /** @throws Refusal if it is there twice, and not the same */
    Optional<String> query(String name) {
        List<String> given = queries(name);
        return given.size() < 2
                ? given.stream().findFirst()
                : Given.one(given.stream()
                        .map(value -> Optional.of(new Given("?" + name, value)))
                        .toList());
    }

    /** A query parameter that may be repeated. */
    List<String> queries(String name) {
        assert bodies.queries().describes(route, name)
                : route.method() + " " + route.template() + " looks for ?" + name
                        + ", which queries.json does not tell of";
        return request.query().isEmpty() || !request.query().contains(name)
                ? List.of()
                : request.query().all(name);
    }

    /** Which list is asked for: where it is, and what it is filtered by. */
    String list() {
        Map<String, List<String>> filters = new TreeMap<>();
        request.query().names().stream()
                .filter(name -> !name.equals("cursor") && !name.equals("limit"))
                .forEach(name -> filters.put(name, request.query().all(name)));
        return route.template() + " " + new TreeMap<>(parameters) + " " + filters;
    }

    /** A query parameter that is true or false; absent is false. */
    boolean flag(String name) {
        return query(name)
                .map(text -> switch (text) {
                    case "true", "" -> true;
                    case "false" -> false;
                    default ->
                        throw Refusal.field(
                                ErrorType.MALFORMED, "?" + name, "expected true or false", "\"" + text + "\"");
                })
                .orElse(false);
    }

    /** How many items of a list are wanted. */
    int limit() {
        return query("limit")
                .map(text -> {
                    try {
                        int limit = Integer.parseInt(text);
                        if (limit >= 1 && limit <= 100) {
                            return limit;
                        }
                    } catch (NumberFormatException e) {
                        // told below
                    }
                    throw Refusal.field(ErrorType.MALFORMED, "?limit", "expected 1 to 100", "\"" + text + "\"");
                })
                .orElse(25);
    }

    Optional<String> header(HeaderName name) {
        return request.headers().contains(name)
                ? Optional.of(request.headers().get(name).get())
                : Optional.empty();
    }

    /** The media type of the body, without parameters, in lower case; empty text if it is not told. */
    String mediaType() {
        String type = header(HeaderNames.CONTENT_TYPE).orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(java.util.Locale.ROOT);
    }

    String contentType() {
        return header(HeaderNames.CONTENT_TYPE).orElse("");
    }

    boolean accepts(String mediaType) {
        return header(HeaderNames.ACCEPT)
                .filter(accept -> accept.contains(mediaType))
                .isPresent();
    }

    /**
     * The body, as far as the route allows.
     *
     * @throws Refusal if it is larger, or does not arrive in time
     */
    byte[] body() throws IOException {
        return incoming.read();
    }

    /** The body as JSON, of the shape that the route names, if it does; a missing one is an empty object. */
    JsonNode json() throws IOException {
        byte[] body = body();
        String type = mediaType();
        if (!isJson(type)) {
            throw Refusal.of(
                    ErrorType.UNSUPPORTED_MEDIA_TYPE,
                    "The body is \"" + type + "\"; " + route.template() + " takes application/json");
        }
        JsonNode json = parse(body);
        route.schema().ifPresent(name -> bodies.check(name, json));
        return json;
    }

    /** What a client calls a body of JSON; {@code curl -d} says nothing better than a form. */
    static boolean isJson(String type) {
        return type.isEmpty()
                || type.equals("application/json")
                || type.endsWith("+json")
                || type.equals("application/x-www-form-urlencoded");
    }

    JsonNode parse(byte[] body) {
        if (body.length == 0) {
            return schemas.object();
        }
        try {
            return schemas.parse(body);
        } catch (Schemas.Malformed e) {
            throw Refusal.of(ErrorType.PARSE, e.getMessage());
        }
    }

    /** Where what was made is, if the answer says so. */
    Optional<String> location() {
        return response.headers().contains(HeaderNames.LOCATION)
                ? Optional.of(response.headers().get(HeaderNames.LOCATION).get())
                : Optional.empty();
    }

    Exchange header(HeaderName name, String value) {
        response.header(name, value);
        return this;
    }

    void answer(int status, JsonNode body) {
        response.status(Status.create(status)).header(JSON);
        outgoing.send(schemas.write(body));
    }

    void answer(int status, Bytes json) {
        response.status(Status.create(status)).header(JSON);
        outgoing.send(json);
    }

    void answer(int status, String contentType, byte[] body) {
        response.status(Status.create(status)).header(HeaderNames.CONTENT_TYPE, contentType);
        outgoing.send(body);
    }

    void answerNothing() {
        response.status(Status.NO_CONTENT_204).send();
    }

    /**
     * Begins a response that is written bit by bit; the caller closes it.
     *
     * @throws Sending.HeadSent if nobody asked for it
     */
    OutputStream stream(String contentType) {
        response.status(Status.OK_200)
                .header(HeaderNames.CONTENT_TYPE, contentType)
                .header(HeaderNames.CACHE_CONTROL, "no-store");
        Sending.begin(request, response);
        return response.outputStream();
    }

    boolean sent() {
        return response.isSent();
    }
}
