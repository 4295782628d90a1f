package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.lib.Arguments;
import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import java.nio.charset.StandardCharsets;

/** The host's functions that it knows by name only. Each waits for its answer; what is left out of a call is not sent. */
final class Others {
    private Others() {}

    /** The arguments of a call, in order. */
    static final class Named {
        private final Run run;
        private final Dict fields;

        Named(Run run) {
            this.run = run;
            this.fields = new Dict(run.mutability());
        }

        Named with(String name, Object value) {
            fields.put(run, name, value);
            return this;
        }

        HostCall call(String function) {
            return new HostCall.Other(function, 1, Bytes.given(JsonWriter.write(run, fields)));
        }

        /** The same, with what the variables have, as JSON. */
        HostCall seeing(String function, String variables) {
            String text = new String(JsonWriter.write(run, fields), StandardCharsets.UTF_8);
            String begin = text.substring(0, text.length() - 1) + (text.length() == 2 ? "" : ",");
            return new HostCall.Other(function, 1, Bytes.utf8(begin + "\"variables\":" + variables + "}"));
        }
    }

    private static String text(Object argument, String what) {
        return Arguments.text(argument, what);
    }

    private static Object orNone(Object argument) {
        return argument == Builtin.ABSENT ? None.NONE : argument;
    }

    static Object checkpoint(Run run, Object[] a) {
        Named named = new Named(run);
        if (Arguments.some(a[0])) {
            named.with("label", text(a[0], "the label"));
        }
        Asking.now(run, named.seeing("checkpoint", Bindings.json(run)));
        return None.NONE;
    }

    static Object jobStatus(Run run, Object[] a) {
        return Asking.now(
                run, new Named(run).with("id", text(a[0], "the job's id")).call("job_status"));
    }

    static Object publish(Run run, Object[] a) {
        Named named = new Named(run).with("topic", text(a[0], "the topic")).with("payload", a[1]);
        return Asking.now(run, named.call("publish"));
    }

    static Object audit(Run run, Object[] a) {
        Named named = new Named(run).with("action", text(a[0], "the action"));
        if (Arguments.some(a[1])) {
            named.with("details", a[1]);
        }
        return Asking.now(run, named.call("audit"));
    }

    static Object compensate(Run run, Object[] a) {
        Named named =
                new Named(run).with("function", text(a[0], "the function")).with("input", a[1]);
        if (Arguments.some(a[2])) {
            named.with("version", a[2]);
        }
        return Asking.now(run, named.call("compensate"));
    }

    static Object signal(Run run, Object[] a) {
        Named named = new Named(run)
                .with("execution", text(a[0], "the execution's id"))
                .with("name", text(a[1], "the signal's name"))
                .with("payload", orNone(a[2]));
        return Asking.now(run, named.call("signal"));
    }

    static Object module(Run run, Object[] a) {
        Named named = new Named(run)
                .with("module", text(a[0], "the module"))
                .with("function", text(a[1], "the function"))
                .with("params", a[2]);
        if (Arguments.some(a[3])) {
            HostCall.Retry retry = Http.retry(a[3]);
            Dict given = new Dict(run.mutability());
            given.put(run, "maxAttempts", Ints.of(retry.maxAttempts()));
            given.put(run, "backoffMs", Ints.of(retry.backoff().toMillis()));
            named.with("retry", given);
        }
        return Asking.now(run, named.call("module"));
    }
}
