package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Identities;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** What every request passes: the door, the route, who calls, and that whatever fails is told as a problem document. */
final class Front implements Handler {
    private static final System.Logger LOG = System.getLogger(Front.class.getName());
    static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final HeaderName API_KEY = HeaderNames.create("X-Api-Key");
    private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");

    private final Router router;
    private final Door door;
    private final Identities identities;
    private final Telemetry telemetry;
    private final Schemas schemas;
    private final Problems problems;
    private final Bodies bodies;
    private final InstantSource clock;
    private final Arrivals arrivals;
    private final Auditing auditing;
    private final DiskSpace disk;
    private final int mostConcurrent;
    private final BodyRoom room = new BodyRoom(BodyRoom.of(Runtime.getRuntime().maxMemory()));
    private final BodyRoom answers =
            new BodyRoom(BodyRoom.of(Runtime.getRuntime().maxMemory()));
    private final AtomicInteger underWay = new AtomicInteger();

    Front(
            Router router,
            Door door,
            Identities identities,
            Telemetry telemetry,
            Schemas schemas,
            InstantSource clock,
            Arrivals arrivals,
            Auditing auditing,
            DiskSpace disk,
            int mostConcurrent) {
        this.auditing = auditing;
        this.disk = disk;
        this.router = router;
        this.door = door;
        this.identities = identities;
        this.telemetry = telemetry;
        this.schemas = schemas;
        this.problems = new Problems(schemas);
        this.bodies = new Bodies(schemas);
        this.clock = clock;
        this.arrivals = arrivals;
        this.mostConcurrent = mostConcurrent;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        String requestId = requestId(request);
        response.header(REQUEST_ID, requestId);
        try (Trace trace = header(request, TRACEPARENT).map(telemetry::trace).orElseGet(telemetry::trace)) {
            try {
                if (underWay.incrementAndGet() > mostConcurrent && !watches(request)) {
                    throw Refusal.of(
                                    ErrorType.UNAVAILABLE,
                                    "This node has " + mostConcurrent
                                            + " requests under way, which is the most (http.max-concurrent)")
                            .with("retryAfterSeconds", 1);
                }
                admit(request, response, requestId, trace);
            } catch (Sending.HeadSent sent) {
                LOG.log(Level.DEBUG, "A stream was asked for its head only");
            } catch (Refusal refusal) {
                refuse(request, response, refusal, trace);
            } catch (PluginFailure failure) {
                refuse(request, response, refusal(failure), trace);
            } catch (InterruptedException e) {
                refuse(
                        request,
                        response,
                        Refusal.of(ErrorType.UNAVAILABLE, "The system is stopping")
                                .with("retryAfterSeconds", 1),
                        trace);
            } catch (OutOfMemoryError e) {
                LOG.log(Level.ERROR, "The request {0} {1} found no memory", requestId, shown(request));
                refuse(request, response, noMemory(), trace);
            } catch (Exception e) {
                if (Departure.of(e)) {
                    LOG.log(Level.DEBUG, "A client went away: {0}", e.toString());
                    throw new CloseConnectionException("The client went away", e);
                }
                LOG.log(
                        Level.ERROR,
                        "The request " + requestId + " " + request.prologue().method() + " " + shown(request)
                                + " failed",
                        e);
                refuse(request, response, failed(e), trace);
            } finally {
                underWay.decrementAndGet();
            }
        }
        // the server tells that it closes, and then waits for the client to: half of all clients wait for the end
        if (closes(request.headers()) || closes(response.headers())) {
            if (response instanceof RoutingResponse streamed) {
                streamed.commit(); // what was sent bit by bit has its end only now
            }
            throw new CloseConnectionException("The connection was to be closed");
        }
    }

    /** Whoever asks whether the node is well is to hear that it is busy, and not that it is dead. */
    private static boolean watches(ServerRequest request) {
        String path = path(request);
        return path.startsWith("/health") || path.equals("/metrics");
    }

    private static Refusal noMemory() {
        return Refusal.of(
                        ErrorType.UNAVAILABLE,
                        "This node found no memory for the request; it may be sent again, or the node given a larger heap")
                .with("retryAfterSeconds", 5);
    }

    /** What went wrong here; with files, it may be that their disk is full. */
    private Refusal failed(Exception e) {
        boolean files = e instanceof IOException || e instanceof UncheckedIOException;
        return (files ? disk.shortage(e) : Optional.<String>empty())
                .map(why -> Refusal.of(ErrorType.UNAVAILABLE, "This node can keep nothing now: " + why))
                .orElseGet(() -> Refusal.of(ErrorType.PLATFORM, "The platform failed; its log says more"));
    }

    /** The path as a log may have it: who has the address of a decision may take it. */
    private static String shown(ServerRequest request) {
        String path = path(request);
        return path.startsWith(ApprovalRoutes.ALL + "/") ? ApprovalRoutes.ALL + "/..." : path;
    }

    /** The path, also of a request that has the whole address in its line (RFC 9112, section 3.2.2). */
    private static String path(ServerRequest request) {
        String path = request.path().rawPath();
        if (!path.startsWith("http://") && !path.startsWith("https://")) {
            return path;
        }
        int from = path.indexOf('/', path.indexOf("://") + 3);
        return from < 0 ? "/" : path.substring(from);
    }

    private static boolean closes(Headers headers) {
        return headers.contains(HeaderNames.CONNECTION)
                && headers.get(HeaderNames.CONNECTION).get().equalsIgnoreCase("close");
    }

    private void admit(ServerRequest request, ServerResponse response, String requestId, Trace trace) throws Exception {
        door.check(header(request, HeaderNames.HOST), header(request, HeaderNames.ORIGIN));
        String method = request.prologue().method().text();
        switch (router.find(method, path(request))) {
            case Router.Match.Found found -> {
                Optional<Principal> principal = authenticated(request, found.route());
                try (BodyRoom.Place place = room.place();
                        Outgoing outgoing = new Outgoing(request, response, answers)) {
                    Exchange exchange = new Exchange(
                            request,
                            response,
                            found.route(),
                            found.parameters(),
                            principal,
                            schemas,
                            bodies,
                            new Incoming(
                                    request,
                                    response,
                                    found.route(),
                                    arrivals,
                                    room,
                                    place,
                                    refusal -> answer(request, response, refusal, trace)),
                            outgoing,
                            requestId,
                            trace);
                    found.route().handler().handle(exchange);
                    outgoing.finish();
                    auditing.answered(found.route(), exchange, principal, path(request));
                }
            }
            case Router.Match.OtherMethods other -> {
                response.header(HeaderNames.ALLOW, String.join(", ", other.methods()));
                throw Refusal.of(
                        ErrorType.METHOD_NOT_ALLOWED,
                        method + " is not possible here; possible are " + String.join(", ", other.methods()));
            }
            case Router.Match.Nothing nothing ->
                throw Refusal.of(
                        ErrorType.NOT_FOUND,
                        "There is nothing at \"" + path(request) + "\"; /openapi.json tells what there is");
        }
    }

    private Optional<Principal> authenticated(ServerRequest request, Route route) {
        if (route.needs().isEmpty()) {
            return Optional.empty();
        }
        Principal principal = identities
                .authenticate(header(request, HeaderNames.AUTHORIZATION), header(request, API_KEY))
                .orElseThrow(() -> Refusal.of(
                        ErrorType.UNAUTHENTICATED,
                        "Expected a known token in the header Authorization (Bearer) or X-Api-Key"));
        if (!principal.may(route.needs().get())) {
            throw Refusal.of(
                    ErrorType.PERMISSION_DENIED,
                    principal.type() + " \"" + principal.id() + "\" may not "
                            + route.needs().get().word() + " here");
        }
        return Optional.of(principal);
    }

    private static Refusal refusal(PluginFailure failure) {
        return switch (failure.kind()) {
            case REJECTED -> Refusal.of(ErrorType.VALIDATION, failure.getMessage());
            case UNAVAILABLE ->
                Refusal.of(ErrorType.UNAVAILABLE, failure.inShort()).with("retryAfterSeconds", 1);
            case EXHAUSTED ->
                Refusal.of(ErrorType.UNAVAILABLE, failure.inShort()).with("retryAfterSeconds", 5);
            case BROKEN -> Refusal.of(ErrorType.PLATFORM, failure.getMessage());
        };
    }

    private void refuse(ServerRequest request, ServerResponse response, Refusal refusal, Trace trace) {
        if (response.isSent()) {
            throw new CloseConnectionException("Failed after the response had begun: " + refusal.detail());
        }
        trace.fail(refusal.type().id());
        answer(request, response, refusal, trace);
    }

    private void answer(ServerRequest request, ServerResponse response, Refusal refusal, Trace trace) {
        int status = refusal.type().status();
        response.status(Status.create(status)).header(HeaderNames.CONTENT_TYPE, Problems.MEDIA_TYPE);
        refusal.retryAfter().ifPresent(seconds -> response.header(HeaderNames.RETRY_AFTER, seconds + ""));
        if (status == 401) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        if (status == 413 || status == 408) {
            // what is left of the body is not read, so the connection cannot go on
            response.header(HeaderNames.CONNECTION, "close");
        }
        Sending.send(
                request,
                response,
                schemas.write(
                        problems.of(refusal, path(request), trace.context().traceId())));
    }

    private String requestId(ServerRequest request) {
        return header(request, REQUEST_ID)
                .filter(id -> id.length() <= 128 && id.chars().allMatch(c -> c > ' ' && c < 0x7f))
                .orElseGet(() -> Ids.next(clock.instant()));
    }

    private static Optional<String> header(ServerRequest request, HeaderName name) {
        return request.headers().contains(name)
                ? Optional.of(request.headers().get(name).get())
                : Optional.empty();
    }
}
