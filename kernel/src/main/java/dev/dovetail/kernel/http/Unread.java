package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.schema.Schemas;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;

/** What could not be read as a request gets a problem document too. */
final class Unread implements DirectHandler {
    private final Problems problems;
    private final Schemas schemas;

    Unread(Problems problems, Schemas schemas) {
        this.problems = problems;
        this.schemas = schemas;
    }

    @Override
    public TransportResponse handle(
            TransportRequest request, EventType event, Status status, ServerResponseHeaders headers, String message) {
        String said = String.valueOf(message);
        // a route tells its own failures: without a path it is the client's bytes that the server stumbled over
        boolean noRequest = String.valueOf(request.path()).isEmpty();
        ErrorType type = switch (said.contains("Header size exceeded") ? 431 : status.code()) {
            case 413 -> ErrorType.PAYLOAD_TOO_LARGE;
            case 431 -> ErrorType.HEADERS_TOO_LARGE;
            case 403 -> ErrorType.PERMISSION_DENIED;
            case 404 -> ErrorType.NOT_FOUND;
            case 500, 503 -> noRequest ? ErrorType.MALFORMED : ErrorType.PLATFORM;
            default -> ErrorType.MALFORMED;
        };
        boolean ours = type == ErrorType.PLATFORM;
        Refusal refusal = Refusal.of(type, ours ? "The platform failed" : "The request cannot be read: " + said);
        return TransportResponse.builder()
                .status(Status.create(type.status()))
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, Problems.MEDIA_TYPE)
                .keepAlive(false)
                .entity(schemas.write(problems.of(refusal, String.valueOf(request.path()), "")))
                .build();
    }
}
