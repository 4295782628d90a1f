package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.lib.Arguments;
import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Values;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.host.StepPolicy;
import java.util.Optional;

/**
 * Steps: pieces of work whose results, once settled, are never computed again. What a step is given and gives passes
 * through JSON, so that its code, its compensation and a replay see the same.
 */
final class Steps {
    private Steps() {}

    /** A step and what it is run with. */
    record Task(StepHandle step, Object input) {}

    /** @param a name, function, compensation, retry, timeout */
    static Object define(Run run, Object[] a) {
        StepPolicy policy = Policies.of(run, StepPolicy.USUAL, a[3], a[4]);
        return new StepHandle(name(a[0]), function(a[1], "fn"), compensation(a[2]), policy);
    }

    private static String name(Object argument) {
        String name = Arguments.text(argument, "a step's name");
        if (name.isBlank() || name.length() > 200) {
            throw Failure.value("a step's name has from 1 to 200 characters, not " + name.length());
        }
        return name;
    }

    private static Callable function(Object argument, String what) {
        if (argument instanceof Callable function) {
            return function;
        }
        throw argument == Builtin.ABSENT
                ? new Failure(Failure.Kind.ARGUMENT, "a step that is run by its name needs " + what + " and an input")
                : Arguments.wrong(argument, what, "a function");
    }

    private static Optional<Callable> compensation(Object argument) {
        return Arguments.some(argument) ? Optional.of(function(argument, "the compensation")) : Optional.empty();
    }

    /**
     * Runs a step that has a handle, with its input and whether to exit, or one that has not, with function, input and
     * whether to exit.
     *
     * @param a step, function, input, exit, retry, timeout, compensation
     */
    static Object run(Run run, Object[] a) {
        if (!(a[0] instanceof StepHandle handle)) {
            return run(run, new Task(unnamed(run, a), input(a[2])), Errors.unlessFalse(a[3]));
        }
        if (a[1] instanceof Callable || Arguments.given(a[6])) {
            throw new Failure(
                    Failure.Kind.ARGUMENT,
                    "the step \"" + handle.name() + "\" has its functions; it is run with (step, input)");
        }
        boolean second = Arguments.given(a[1]);
        if (second && Arguments.given(a[2]) && Arguments.given(a[3])) {
            throw new Failure(Failure.Kind.ARGUMENT, "got two arguments for exit_on_error");
        }
        Object input = input(second ? a[1] : a[2]);
        Object exit = second && Arguments.given(a[2]) ? a[2] : a[3];
        StepPolicy policy = Policies.of(run, handle.policy(), a[4], a[5]);
        StepHandle step = new StepHandle(handle.name(), handle.function(), handle.compensation(), policy);
        return run(run, new Task(step, input), exit(exit));
    }

    private static StepHandle unnamed(Run run, Object[] a) {
        if (!(a[0] instanceof String)) {
            throw Failure.type("what to run is a step or a step's name, not " + Values.type(a[0]));
        }
        return (StepHandle) define(run, new Object[] {a[0], a[1], a[6], a[4], a[5]});
    }

    private static Object input(Object argument) {
        if (argument == Builtin.ABSENT) {
            throw new Failure(Failure.Kind.ARGUMENT, "a step needs an input; it may be None");
        }
        return argument;
    }

    private static boolean exit(Object argument) {
        if (argument != Builtin.ABSENT && !(argument instanceof Boolean)) {
            throw Arguments.wrong(argument, "exit_on_error", "a bool");
        }
        return Errors.unlessFalse(argument);
    }

    /** Runs it, or takes what it was settled with. */
    static Struct run(Run run, Task task, boolean exit) {
        Calling calling = Calling.of(run);
        StepHandle step = task.step;
        Bytes input = Bytes.given(JsonWriter.write(run, task.input));
        Optional<String> compensation = step.compensation().map(function -> exported(calling, function));
        HostReply reply = calling.reply(run, new HostCall.Step(step.name(), input, compensation, step.policy()));
        while (reply instanceof HostReply.Run attempt) {
            HostCall.StepResult result = attempt(run, calling, attempt, step, input);
            reply = calling.reply(run, new HostCall.StepDone(attempt.scope(), result));
        }
        return Asking.result(run, reply, exit);
    }

    private static HostCall.StepResult attempt(
            Run run, Calling calling, HostReply.Run attempt, StepHandle step, Bytes input) {
        long outer = calling.strands().enter(attempt.scope());
        try {
            Object[] arguments = {new Ctx(calling, Optional.of(attempt)), Structs.json(run, input)};
            Object output = step.function().call(run, arguments, Callable.NO_ARGUMENTS);
            return new HostCall.StepResult.Done(Bytes.given(JsonWriter.write(run, output)));
        } catch (Failure failure) {
            return new HostCall.StepResult.Failed(calling.deployed().faults().apply(failure));
        } catch (Exit exit) {
            return new HostCall.StepResult.Failed(exit.fault());
        } finally {
            calling.strands().enter(outer);
        }
    }

    /** The name by which a compensation can be called when nothing but the file is left. */
    private static String exported(Calling calling, Callable function) {
        Object found = calling.deployed().module().find(function.name()).orElse("");
        if (found != function) {
            throw Failure.value("a compensation is a function that the file defines with def at its top, so that it can"
                    + " be called by its name later; \"" + function.name() + "\" is not");
        }
        return function.name();
    }
}
