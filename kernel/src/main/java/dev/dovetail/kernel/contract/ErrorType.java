package dev.dovetail.kernel.contract;

import dev.dovetail.spi.Fault.Owner;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What can go wrong, in one table: the GTS id, the short code for programs, the words for people, the HTTP status, the
 * JSON-RPC code, what may be done about it, and who has to.
 */
public enum ErrorType {
    MALFORMED("malformed", 400, Rpc.INVALID_REQUEST, Owner.CALLER, "The request cannot be read"),
    PARSE("malformed.v1~x.core._.parse", 400, Rpc.PARSE, Owner.CALLER, "The body is not JSON"),
    UNAUTHENTICATED("unauthenticated", 401, Rpc.APPLICATION, Owner.CALLER, "Who is calling is not known"),
    PERMISSION_DENIED("permission_denied", 403, Rpc.APPLICATION, Owner.CALLER, "This is not allowed"),
    NOT_FOUND("not_found", 404, Rpc.NOT_FOUND, Owner.CALLER, "There is no such thing"),
    METHOD_NOT_ALLOWED("method_not_allowed", 405, Rpc.INVALID_REQUEST, Owner.CALLER, "Not possible with this method"),
    NOT_ACCEPTABLE("not_acceptable", 406, Rpc.INVALID_REQUEST, Owner.CALLER, "No answer of that kind can be given"),
    REQUEST_TIMEOUT("request_timeout", 408, Rpc.INVALID_REQUEST, Owner.CALLER, "The request took too long to arrive"),
    CONFLICT("conflict", 409, Rpc.APPLICATION, Owner.CALLER, "It conflicts with what is there"),
    INVALID_STATE(
            "conflict.v1~x.core._.invalid_state", 409, Rpc.APPLICATION, Owner.CALLER, "Not possible in its state"),
    IN_FLIGHT("conflict.v1~x.core._.in_flight", 409, Rpc.APPLICATION, Owner.CALLER, "It is still in use"),
    IDEMPOTENCY_CONFLICT(
            "idempotency_conflict", 409, Rpc.APPLICATION, Owner.CALLER, "The key was used for another request"),
    NOT_ACTIVE("not_active", 409, Rpc.APPLICATION, Owner.CALLER, "It cannot be called in its state"),
    SYNC_SUSPENSION(
            "sync_suspension",
            409,
            Rpc.APPLICATION,
            Owner.CALLER,
            "The execution waits, and goes on without its caller"),
    WOULD_DEADLOCK("would_deadlock", 409, Rpc.APPLICATION, Owner.CALLER, "The call could wait for itself"),
    EXPIRED("expired", 410, Rpc.APPLICATION, Owner.CALLER, "Its time is up"),
    PRECONDITION_FAILED("precondition_failed", 412, Rpc.APPLICATION, Owner.CALLER, "It has changed meanwhile"),
    PAYLOAD_TOO_LARGE("payload_too_large", 413, Rpc.INVALID_REQUEST, Owner.CALLER, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(
            "unsupported_media_type", 415, Rpc.INVALID_REQUEST, Owner.CALLER, "A body of this kind is not read here"),
    VALIDATION("validation", 422, Rpc.INVALID_PARAMS, Owner.CALLER, "The input does not fit"),
    DEPLOY("validation.v1~x.core._.deploy", 422, Rpc.INVALID_PARAMS, Owner.CALLER, "The version cannot be deployed"),
    UNSUPPORTED("unsupported_action", 422, Rpc.APPLICATION, Owner.CALLER, "It cannot do this"),
    TOO_DEEP("too_deep", 422, Rpc.APPLICATION, Owner.FUNCTION, "Functions call each other too deep"),
    QUOTA_EXCEEDED("quota_exceeded", 429, Rpc.LIMITED, Owner.CALLER, "A quota is used up"),
    RATE_LIMITED("rate_limited", 429, Rpc.LIMITED, Owner.CALLER, "Too many calls"),
    HEADERS_TOO_LARGE("headers_too_large", 431, Rpc.INVALID_REQUEST, Owner.CALLER, "The headers are too large"),
    CODE("code", 500, Rpc.APPLICATION, Owner.FUNCTION, "The function failed"),
    CONTRACT_OUT(
            "code.v1~x.core._.contract_out",
            500,
            Rpc.APPLICATION,
            Owner.FUNCTION,
            "The function's answer does not fit its contract"),
    SECRET_MISSING(
            "code.v1~x.core._.secret_missing",
            500,
            Rpc.APPLICATION,
            Owner.FUNCTION,
            "A secret that the function refers to is not there"),
    RUNTIME("runtime", 500, Rpc.APPLICATION, Owner.FUNCTION, "The function was stopped"),
    CANCELED("runtime.v1~x.core._.canceled", 409, Rpc.APPLICATION, Owner.CALLER, "The execution was canceled"),
    CRASHED("runtime.v1~x.core._.crashed", 502, Rpc.APPLICATION, Owner.FUNCTION, "The function's process ended"),
    HTTP("http", 502, Rpc.APPLICATION, Owner.DEPENDENCY, "A dependency refused"),
    HTTP_TRANSPORT("http_transport", 502, Rpc.APPLICATION, Owner.DEPENDENCY, "A dependency did not answer"),
    HTTP_TIMEOUT(
            "http_transport.v1~x.core._.timeout",
            502,
            Rpc.APPLICATION,
            Owner.DEPENDENCY,
            "A dependency did not answer in time"),
    HTTP_NO_CONNECTION(
            "http_transport.v1~x.core._.no_connection",
            502,
            Rpc.APPLICATION,
            Owner.DEPENDENCY,
            "A dependency cannot be reached"),
    HTTP_CIRCUIT_OPEN(
            "http_transport.v1~x.core._.circuit_open",
            502,
            Rpc.APPLICATION,
            Owner.DEPENDENCY,
            "A dependency fails, and is left alone for a while"),
    PLATFORM("platform", 503, Rpc.INTERNAL, Owner.PLATFORM, "The platform failed"),
    UNAVAILABLE("platform.v1~x.core._.unavailable", 503, Rpc.INTERNAL, Owner.PLATFORM, "It is not available now"),
    PAUSED("platform.v1~x.core._.paused", 503, Rpc.INTERNAL, Owner.PLATFORM, "It is paused"),
    TIMEOUT("runtime.v1~x.core._.timeout", 504, Rpc.APPLICATION, Owner.FUNCTION, "The function ran out of time"),
    CPU_LIMIT(
            "runtime.v1~x.core._.cpu_limit",
            504,
            Rpc.APPLICATION,
            Owner.FUNCTION,
            "The function used up its CPU limit"),
    MEMORY_LIMIT(
            "runtime.v1~x.core._.memory_limit", 507, Rpc.APPLICATION, Owner.FUNCTION, "The function ran out of memory");

    private static final Map<String, ErrorType> BY_ID =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ErrorType::id, Function.identity()));

    private static final GtsId ROOT = GtsId.of(BaseType.ERROR.id());

    private final String id;
    private final String code = name().toLowerCase(Locale.ROOT);
    private final int status;
    private final int rpc;
    private final Owner owner;
    private final String title;

    /** What may be done about it. */
    public enum Category {
        RETRYABLE,
        NON_RETRYABLE,
        RESOURCE_LIMIT,
        TIMEOUT,
        CANCELED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The codes of JSON-RPC that are used. */
    private static final class Rpc {
        static final int PARSE = -32700;
        static final int INVALID_REQUEST = -32600;
        static final int NOT_FOUND = -32601;
        static final int INVALID_PARAMS = -32602;
        static final int INTERNAL = -32603;
        static final int APPLICATION = -32000;
        static final int LIMITED = -32002;

        private Rpc() {}
    }

    ErrorType(String tail, int status, int rpc, Owner owner, String title) {
        this.id = "gts.x.core.faas.err.v1~x.core._." + tail + ".v1~";
        this.status = status;
        this.rpc = rpc;
        this.owner = owner;
        this.title = title;
    }

    /**
     * The row for this id: its own, or that of the nearest ancestor in the table. An error type of a function's own is
     * an error of its code; an id that is none is an error of the platform.
     */
    public static ErrorType of(String id) {
        ErrorType own = BY_ID.get(id);
        if (own != null) {
            return own;
        }
        Optional<GtsId> next = GtsId.find(id).filter(found -> found.isA(ROOT));
        if (next.isEmpty()) {
            return PLATFORM;
        }
        for (next = next.get().parent(); next.isPresent(); next = next.get().parent()) {
            ErrorType ancestor = BY_ID.get(next.get().toString());
            if (ancestor != null) {
                return ancestor;
            }
        }
        return CODE;
    }

    /** The GTS id. */
    public String id() {
        return id;
    }

    /** The short word for programs, such as {@code quota_exceeded}. */
    public String code() {
        return code;
    }

    /** The words for people that are the same for all errors of this type. */
    public String title() {
        return title;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The code of a JSON-RPC error. */
    public int rpc() {
        return rpc;
    }

    /** Who has to change something, unless the fault says otherwise. */
    public Owner owner() {
        return owner;
    }

    public Category category() {
        return switch (this) {
            case TIMEOUT, HTTP_TIMEOUT, REQUEST_TIMEOUT -> Category.TIMEOUT;
            case MEMORY_LIMIT, CPU_LIMIT, QUOTA_EXCEEDED, PAYLOAD_TOO_LARGE, HEADERS_TOO_LARGE ->
                Category.RESOURCE_LIMIT;
            case CANCELED -> Category.CANCELED;
            case RATE_LIMITED,
                    HTTP,
                    HTTP_TRANSPORT,
                    HTTP_NO_CONNECTION,
                    HTTP_CIRCUIT_OPEN,
                    PLATFORM,
                    UNAVAILABLE,
                    PAUSED,
                    CRASHED,
                    RUNTIME,
                    SECRET_MISSING,
                    CODE -> Category.RETRYABLE;
            case MALFORMED,
                    PARSE,
                    UNAUTHENTICATED,
                    PERMISSION_DENIED,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    NOT_ACCEPTABLE,
                    CONFLICT,
                    INVALID_STATE,
                    IN_FLIGHT,
                    IDEMPOTENCY_CONFLICT,
                    NOT_ACTIVE,
                    SYNC_SUSPENSION,
                    WOULD_DEADLOCK,
                    EXPIRED,
                    PRECONDITION_FAILED,
                    UNSUPPORTED_MEDIA_TYPE,
                    VALIDATION,
                    DEPLOY,
                    UNSUPPORTED,
                    TOO_DEEP,
                    CONTRACT_OUT -> Category.NON_RETRYABLE;
        };
    }
}
