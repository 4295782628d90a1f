package dev.dovetail.spi;

import java.util.Optional;

/**
 * What went wrong, in words for the caller, and whose fault it was.
 *
 * @param id the GTS id of the error type, such as {@code gts.x.core.faas.err.v1~x.core._.code.v1~}
 * @param details a JSON object, as the error type prescribes
 * @param place where in the function's source, if it was there
 */
public record Fault(String id, Owner owner, String message, Bytes details, Optional<Place> place) {
    private static final String ROOT = "gts.x.core.faas.err.v1~";

    /** The function's code threw, or is not valid. */
    public static final String CODE = ROOT + "x.core._.code.v1~";

    /** A limit was reached: the parent of the four below. */
    public static final String RUNTIME = ROOT + "x.core._.runtime.v1~";

    public static final String TIMEOUT = RUNTIME + "x.core._.timeout.v1~";
    public static final String MEMORY_LIMIT = RUNTIME + "x.core._.memory_limit.v1~";
    public static final String CPU_LIMIT = RUNTIME + "x.core._.cpu_limit.v1~";
    public static final String CANCELED = RUNTIME + "x.core._.canceled.v1~";

    /** A worker process ended by itself. */
    public static final String CRASHED = RUNTIME + "x.core._.crashed.v1~";

    /** A dependency answered, but not with success. */
    public static final String HTTP = ROOT + "x.core._.http.v1~";

    /** A dependency did not answer. */
    public static final String HTTP_TRANSPORT = ROOT + "x.core._.http_transport.v1~";

    /** What was given does not fit its schema. */
    public static final String VALIDATION = ROOT + "x.core._.validation.v1~";

    public static final String NOT_FOUND = ROOT + "x.core._.not_found.v1~";
    public static final String CONFLICT = ROOT + "x.core._.conflict.v1~";
    public static final String PERMISSION_DENIED = ROOT + "x.core._.permission_denied.v1~";
    public static final String QUOTA_EXCEEDED = ROOT + "x.core._.quota_exceeded.v1~";
    public static final String UNSUPPORTED = ROOT + "x.core._.unsupported_action.v1~";

    /** The kernel or a plugin is at fault. */
    public static final String PLATFORM = ROOT + "x.core._.platform.v1~";

    /** Who has to change something for this not to happen again. */
    public enum Owner {
        FUNCTION,
        CALLER,
        DEPENDENCY,
        PLATFORM
    }

    public static Fault of(String id, Owner owner, String message) {
        return new Fault(id, owner, message, Bytes.utf8("{}"), Optional.empty());
    }

    /** The function's own code is wrong at this place. */
    public static Fault code(String message, Place place) {
        return new Fault(CODE, Owner.FUNCTION, message, Bytes.utf8("{}"), Optional.of(place));
    }
}
