package dev.dovetail.kernel.contract;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Every error that the system answers with: its GTS id, HTTP status, JSON-RPC code, short code and owner, in this one
 * table.
 */
public enum ErrorType {
    MALFORMED("x.core._.malformed", 400, -32600, "Malformed request", Owner.CALLER),
    NOT_JSON("x.core._.malformed_json", 400, -32700, "Not JSON", Owner.CALLER),
    UNAUTHENTICATED("x.core._.unauthenticated", 401, -32000, "Who are you?", Owner.CALLER),
    PERMISSION_DENIED("x.core._.permission_denied", 403, -32000, "Not allowed", Owner.CALLER),
    NOT_FOUND("x.core._.not_found", 404, -32601, "Not found", Owner.CALLER),
    METHOD_NOT_ALLOWED("x.core._.method_not_allowed", 405, -32600, "Method not allowed", Owner.CALLER),
    CONFLICT("x.core._.conflict", 409, -32000, "Conflict", Owner.CALLER),
    NOT_ACTIVE("x.core._.not_active", 409, -32601, "Not callable", Owner.CALLER),
    IDEMPOTENCY_CONFLICT("x.core._.idempotency_conflict", 409, -32000, "Another request had this key", Owner.CALLER),
    SYNC_SUSPENSION("x.core._.sync_suspension", 409, -32000, "The function suspends", Owner.CALLER),
    BODY_TIMEOUT("x.core._.body_timeout", 408, -32600, "The request did not arrive in time", Owner.CALLER),
    TOO_LARGE("x.core._.too_large", 413, -32600, "Too large", Owner.CALLER),
    UNSUPPORTED_MEDIA("x.core._.unsupported_media_type", 415, -32600, "Unsupported media type", Owner.CALLER),
    VALIDATION("x.core._.validation", 422, -32602, "Does not fit the contract", Owner.CALLER),
    INVALID_CODE("x.core._.invalid_code", 422, -32602, "The code cannot be deployed", Owner.CALLER),
    UNSUPPORTED("x.core._.unsupported_action", 422, -32600, "Not supported", Owner.CALLER),
    QUOTA_EXCEEDED("x.core._.quota_exceeded", 429, -32002, "Limit reached", Owner.CALLER),
    RATE_LIMITED("x.core._.rate_limited", 429, -32002, "Too many requests", Owner.CALLER),
    WOULD_DEADLOCK("x.core._.would_deadlock", 429, -32000, "Would wait for itself", Owner.CALLER),
    HEADERS_TOO_LARGE("x.core._.headers_too_large", 431, -32600, "Headers too large", Owner.CALLER),
    CODE("x.core._.code", 500, -32000, "The function failed", Owner.FUNCTION),
    CONTRACT_OUT("x.core._.contract_out", 500, -32000, "The function broke its contract", Owner.FUNCTION),
    INTERNAL("x.core._.platform", 500, -32603, "The platform failed", Owner.PLATFORM),
    HTTP("x.core._.http", 502, -32000, "A dependency failed", Owner.DEPENDENCY),
    HTTP_TRANSPORT("x.core._.http_transport", 502, -32000, "A dependency did not answer", Owner.DEPENDENCY),
    CRASHED("x.core._.runtime.v1~x.core._.crashed", 502, -32000, "The worker ended", Owner.FUNCTION),
    CANCELED("x.core._.runtime.v1~x.core._.canceled", 409, -32000, "Canceled", Owner.CALLER),
    UNAVAILABLE("x.core._.unavailable", 503, -32603, "Not available now", Owner.PLATFORM),
    TIMEOUT("x.core._.runtime.v1~x.core._.timeout", 504, -32000, "Out of time", Owner.FUNCTION),
    CPU_LIMIT("x.core._.runtime.v1~x.core._.cpu_limit", 504, -32000, "Out of steps", Owner.FUNCTION),
    MEMORY_LIMIT("x.core._.runtime.v1~x.core._.memory_limit", 507, -32000, "Out of memory", Owner.FUNCTION);

    private static final String ROOT = "gts.x.core.faas.err.v1~";
    private static final Map<String, ErrorType> BY_ID =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ErrorType::id, each -> each));

    private final String id;
    private final int status;
    private final int rpc;
    private final String title;
    private final Owner owner;

    ErrorType(String tail, int status, int rpc, String title, Owner owner) {
        this.id = ROOT + tail + ".v1~";
        this.status = status;
        this.rpc = rpc;
        this.title = title;
        this.owner = owner;
    }

    /** What this fault is on the wire; an id that only its function knows is an error of the function's code. */
    public static ErrorType of(Fault fault) {
        ErrorType known = BY_ID.get(fault.id());
        if (known != null) {
            return known;
        }
        return switch (fault.owner()) {
            case FUNCTION -> CODE;
            case CALLER -> VALIDATION;
            case DEPENDENCY -> fault.id().startsWith(Fault.HTTP_TRANSPORT) ? HTTP_TRANSPORT : HTTP;
            case PLATFORM -> INTERNAL;
        };
    }

    /** The GTS id. */
    public String id() {
        return id;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The JSON-RPC error code. */
    public int rpc() {
        return rpc;
    }

    public String title() {
        return title;
    }

    public Owner owner() {
        return owner;
    }

    /** The short word for programs. */
    public String code() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
