package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.lib.Arguments;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.secret.Secret;
import java.time.Duration;
import java.util.Optional;

/** The host's functions that are answered, but for HTTP. */
final class Asking {
    /** The other function's own limits are enough. */
    private static final Duration NO_TIMEOUT = Duration.ZERO;

    private static final Duration LONGEST = Duration.ofDays(36_525);

    private Asking() {}

    /** The reply's value, or the end of the call if the host refused. */
    static Object valueOf(Run run, HostReply reply) {
        return switch (reply) {
            case HostReply.Value(Bytes json) -> Structs.json(run, json);
            case HostReply.Refused(Fault fault) -> throw new Exit(fault);
            case HostReply.Run _ ->
                throw new IllegalStateException("The host answered a call that is no step with a step to run");
        };
    }

    /** The value, or the envelope of the error, in a struct that says which; or the end of the call, if it is to be. */
    static Struct result(Run run, HostReply reply, boolean exit) {
        if (!exit && reply instanceof HostReply.Refused(Fault fault)) {
            return Structs.of(run, "ok", false, "error", Structs.error(run, fault));
        }
        return Structs.of(run, "ok", true, "value", valueOf(run, reply));
    }

    /** Asks and waits for the value. */
    static Object now(Run run, HostCall call) {
        return valueOf(run, Calling.of(run).reply(run, call));
    }

    static Object now(Run run) {
        return now(run, new HostCall.Now());
    }

    static Object random(Run run, Object[] a) {
        Optional<String> label =
                Arguments.some(a[0]) ? Optional.of(Arguments.text(a[0], "the label")) : Optional.empty();
        return now(run, new HostCall.Random(label));
    }

    static Object secret(Run run, Object[] a) {
        String name = Arguments.text(a[0], "the name");
        Secret given = Calling.of(run).invocation().secrets().get(name);
        return given != null ? given.reveal() : now(run, new HostCall.ReadSecret(name));
    }

    /** Sends a piece of a streamed answer, and waits until there is room for more. */
    static Object chunk(Run run, Object[] a) {
        now(run, new HostCall.Chunk(Bytes.given(JsonWriter.write(run, a[0]))));
        return None.NONE;
    }

    /** The next piece of a streamed input, as a struct with {@code data}; None at its end. */
    static Object read(Run run) {
        return now(run, new HostCall.Read());
    }

    static Object sleep(Run run, Object[] a) {
        HostCall call = new HostCall.Sleep(duration(a[0], "milliseconds"));
        return Calling.of(run).ask(run, call, (again, reply) -> {
            valueOf(again, reply);
            return None.NONE;
        });
    }

    static Duration duration(Object argument, String what) {
        if (!Ints.is(argument)) {
            throw Arguments.wrong(argument, what, "an int");
        }
        if (!(argument instanceof Long milliseconds) || milliseconds < 0 || milliseconds > LONGEST.toMillis()) {
            throw Failure.value(what + " is from 0 to " + LONGEST.toMillis() + " (100 years), not "
                    + (argument instanceof Long given ? given : "longer"));
        }
        return Duration.ofMillis(milliseconds);
    }

    static Object invoke(Run run, Object[] a) {
        String mode = Arguments.some(a[2]) ? Arguments.text(a[2], "mode") : "sync";
        boolean async = mode.equals("async");
        if (!async && !mode.equals("sync")) {
            throw Failure.value("not a mode: \"" + mode + "\"; expected sync or async");
        }
        HostCall call = new HostCall.Invoke(
                Arguments.text(a[0], "the callable's id"),
                Bytes.given(JsonWriter.write(run, a[1])),
                async ? HostCall.Mode.ASYNC : HostCall.Mode.SYNC,
                Arguments.some(a[3]) ? duration(a[3], "timeout_ms") : NO_TIMEOUT,
                HostCall.ParentClose.CANCEL);
        boolean exit = Errors.unlessFalse(a[4]);
        return Calling.of(run).ask(run, call, (again, reply) -> invoked(again, reply, async, exit));
    }

    private static Struct invoked(Run run, HostReply reply, boolean async, boolean exit) {
        if (async && !(reply instanceof HostReply.Refused)) {
            Object value = valueOf(run, reply);
            return Structs.of(
                    run,
                    "job_id",
                    value instanceof Struct job && job.fields().findText("executionId") >= 0
                            ? job.fields().value(job.fields().findText("executionId"))
                            : value);
        }
        return result(run, reply, exit);
    }
}
