package dev.dovetail.spi.host;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What code asks of the system. What the kernel treats specially is a case of its own; everything else is {@link Other}. */
public sealed interface HostCall {
    /** Begins a step, which is answered with its result if it is settled and with {@link HostReply.Run} if it is not. */
    record Step(String label, Bytes input, Optional<String> compensation, StepPolicy policy) implements HostCall {}

    /** Reports how an attempt of a step ended; asked in the enclosing scope. */
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

    /** The next piece of a streamed input. */
    record Read() implements HostCall {}

    /** One piece of a streamed answer; back-pressure is that it returns late. */
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
