package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.lib.Arguments;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Values;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.time.Duration;
import java.util.Optional;

/** Promises that may take days: an event comes, a person decides. */
final class Waiting {
    private Waiting() {}

    /** @param a type, filter, timeout, exit */
    static Object event(Run run, Object[] a) {
        String type = Arguments.text(a[0], "the event type's id");
        if (!Errors.isTypeId(type)) {
            throw Failure.value("not the id of an event type: \"" + type + "\"; expected gts....~");
        }
        String filter = Arguments.some(a[1]) ? Arguments.text(a[1], "the filter") : "";
        Optional<Duration> timeout =
                Arguments.some(a[2]) ? Optional.of(Asking.duration(a[2], "timeout_ms")) : Optional.empty();
        boolean exit = Errors.unlessFalse(a[3]);
        return Calling.of(run)
                .ask(
                        run,
                        new HostCall.AwaitEvent(type, filter, timeout),
                        (again, reply) -> Asking.result(again, reply, exit));
    }

    /** @param a name, timeout, message */
    static Object approval(Run run, Object[] a) {
        String name = Arguments.text(a[0], "the approval's name");
        Others.Named arguments = new Others.Named(run).with("name", name);
        if (Arguments.some(a[1])) {
            arguments.with(
                    "timeoutMs", Ints.of(Asking.duration(a[1], "timeout_ms").toMillis()));
        }
        if (Arguments.some(a[2])) {
            arguments.with("message", Arguments.text(a[2], "the message"));
        }
        return Calling.of(run).ask(run, arguments.call("approval"), Waiting::decision);
    }

    private static Object decision(Run run, HostReply reply) {
        Object value = Asking.valueOf(run, reply);
        // its fields that nobody filled in read as None
        if (value instanceof Struct) {
            return value;
        }
        throw Failure.type("the host answered an approval with " + Values.type(value) + ", not an object");
    }
}
