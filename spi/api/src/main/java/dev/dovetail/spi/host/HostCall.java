package dev.dovetail.spi.host;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What code asks of the system. What the kernel treats specially is a case of its own; everything else is {@link Other}. */
public sealed interface HostCall {
    /** What a {@linkplain dev.dovetail.spi.module.NativeModule.NativeFunction native function} that asks this declares. */
    default String capability() {
        return switch (this) {
            case Step _, StepDone _ -> "step";
            case Sleep _ -> "sleep";
            case AwaitEvent _ -> "event";
            case Invoke _ -> "invoke";
            case Http _ -> "http";
            case ReadSecret _ -> "secret";
            case Now _ -> "now";
            case Random _ -> "random";
            case Read _ -> "read";
            case Chunk _ -> "chunk";
            case Other other -> other.name();
        };
    }

    /**
     * Begins a step: a piece of work whose result, once it is settled, is never computed again.
     *
     * <p>A step that is settled is answered with its result: {@link HostReply.Value}, or {@link HostReply.Refused} if it had
     * failed for good; its code does not run. One that is not is answered {@link HostReply.Run}: the guest runs the step's
     * code, asks all that it asks in the scope that the answer names, and then asks {@link StepDone} in the scope in which the
     * step was begun.
     *
     * @param label its name for people; two steps may have the same
     * @param input what the step's code and its compensation are given, one JSON value
     * @param compensation the name of the exported function that undoes the step, if one does
     */
    record Step(String label, Bytes input, Optional<String> compensation, StepPolicy policy) implements HostCall {}

    /**
     * Reports how an attempt of a step ended; asked in the scope in which the step was begun, and not numbered, because a
     * settled step's code does not run when it is replayed.
     *
     * <p>Answered with {@link HostReply.Value}, the step's output, once that is recorded; with {@link HostReply.Refused} if
     * the step has failed for good; or, when another attempt is due, with {@link HostReply.Run} and a new scope: the guest
     * runs the step's code again.
     *
     * @param scope of the attempt, as {@link HostReply.Run} named it
     */
    record StepDone(long scope, StepResult result) implements HostCall {}

    record Sleep(Duration duration) implements HostCall {}

    /** @param filter a CEL expression over the event, or empty text for any event of the type */
    record AwaitEvent(String type, String filter, Optional<Duration> timeout) implements HostCall {}

    /** @param callable a function's name or GTS id, with the wish for a version as in the API */
    record Invoke(String callable, Bytes input, Mode mode, Duration timeout, ParentClose onParentEnd)
            implements HostCall {}

    /** Answered with {@code {"status": n, "headers": {}, "body": text}}, or refused when there was no answer. */
    record Http(String method, String uri, Map<String, List<String>> headers, Bytes body, Duration timeout, Retry retry)
            implements HostCall {
        public Http {
            headers = Map.copyOf(headers);
        }
    }

    record ReadSecret(String name) implements HostCall {}

    /** Answered with ISO-8601 text in UTC, with milliseconds. */
    record Now() implements HostCall {}

    /** Answered with 32 hexadecimal digits; the same label in the same execution is the same value. */
    record Random(Optional<String> label) implements HostCall {}

    /**
     * The next piece of a streamed input; pieces come in the order in which the client sent them. Answered with
     * {@code {"data": piece}}, or with null once the input has ended, then and ever after. Waits until there is a piece; one
     * read may be open at a time. Refused in a step, which could not be repeated, and in a call that is no stream.
     */
    record Read() implements HostCall {}

    /**
     * One piece of a streamed answer; pieces go out in the order in which they are asked. Answered with null once it is kept and
     * the reader has come near: back-pressure is that it is answered late. A few may be open at once. A durable execution's piece
     * goes out once, however often its code runs. Refused if it is too large, or all are, or the call is no stream; answered with
     * {@link Answer.Stop} in a plain call whose reader has read nothing for long.
     *
     * @param data one JSON value
     */
    record Chunk(Bytes data) implements HostCall {}

    /**
     * Publish, signal, checkpoint, job status, context get and set, query, audit, module call: validated against the
     * schema of (name, version).
     */
    record Other(String name, int version, Bytes arguments) implements HostCall {}

    /** How a function is called by a function. */
    enum Mode {
        SYNC,
        ASYNC
    }

    /** What becomes of a child when its parent ends first. */
    enum ParentClose {
        CANCEL,
        ABANDON
    }

    /** How often an outgoing request is tried. */
    record Retry(int maxAttempts, Duration backoff) {
        public static final Retry NONE = new Retry(1, Duration.ZERO);
    }

    /** How an attempt of a step ended. */
    sealed interface StepResult {
        record Done(Bytes output) implements StepResult {}

        record Failed(Fault fault) implements StepResult {}
    }
}
