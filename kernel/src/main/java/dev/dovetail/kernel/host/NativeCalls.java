package dev.dovetail.kernel.host;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.plugin.Lease;
import dev.dovetail.kernel.plugin.NativeFunctions;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Route;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.schema.Uncheckable;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.module.NativeModule.NativeFunction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * The host function {@code module}, version 1: {@code {module, function, params, retry?}} calls a function of a native module as the
 * running call's caller, within its time, and answers what it returns. What a module fails with is tried again as often as the caller
 * says, {@code {maxAttempts, backoffMs}}, each time with the same effect ids, and then told. It is no execution of its own, and so can neither take steps
 * nor wait for events: one that does is deployed. Thread-safe.
 */
final class NativeCalls {
    static final String NAME = "module";
    private static final String EXPECTED =
            "module expected {\"module\": \"...\", \"function\": \"...\", \"params\": ...}";
    /** A module that is handed over is back soon; one that was taken out of use is not. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int MOST_ATTEMPTS = 10;
    private static final long LONGEST_BACKOFF = 60_000;
    private static final int MOST_DOUBLED = 10;
    private static final int MOST_COMPILED = 1_000;

    private final Function<Name, Optional<Slot<Executor>>> executors;
    private final Function<String, Trace> traces;
    private final Hosts hosts;
    private final Schemas schemas;
    private final Map<String, Promise> promises = new ConcurrentHashMap<>();

    /** A function's contract, compiled. */
    private record Promise(Optional<Schemas.Checked> params, Optional<Schemas.Checked> returns) {}

    /** @param traces carries on the trace of a call, by its traceparent */
    NativeCalls(
            Function<Name, Optional<Slot<Executor>>> executors,
            Function<String, Trace> traces,
            Hosts hosts,
            Schemas schemas) {
        this.executors = executors;
        this.traces = traces;
        this.hosts = hosts;
        this.schemas = schemas;
    }

    HostReply answer(Running running, Bytes arguments, Optional<String> effect) throws InterruptedException {
        JsonNode given = schemas.parse(arguments);
        if (!given.path("module").isString() || !given.path("function").isString()) {
            return Hosts.refused(Fault.VALIDATION, EXPECTED);
        }
        JsonNode attempts = given.path("retry").path("maxAttempts");
        JsonNode backoff = given.path("retry").path("backoffMs");
        if (!fits(attempts, 1, MOST_ATTEMPTS) || !fits(backoff, 0, LONGEST_BACKOFF)) {
            return Hosts.refused(
                    Fault.VALIDATION,
                    "retry expected {\"maxAttempts\": 1 to " + MOST_ATTEMPTS + ", \"backoffMs\": 0 to "
                            + LONGEST_BACKOFF + "}, but was " + given.path("retry"));
        }
        int most = attempts.intValue(1);
        Duration pause = Duration.ofMillis(backoff.longValue(0));
        HostReply reply = once(running, given, 1, effect);
        for (int attempt = 2; attempt <= most && mayBetter(reply); attempt++) {
            if (!hosts.clock().instant().plus(pause).isBefore(running.deadline())) {
                break; // the caller hears why, and not that its time was up
            }
            Thread.sleep(pause);
            reply = once(running, given, attempt, effect);
            pause = pause.multipliedBy(attempt <= MOST_DOUBLED ? 2 : 1);
        }
        return reply;
    }

    private static boolean fits(JsonNode number, long least, long most) {
        return number.isMissingNode()
                || number.isIntegralNumber()
                        && number.canConvertToLong()
                        && number.longValue() >= least
                        && number.longValue() <= most;
    }

    /** Another try can help, unless what was asked for is wrong or nobody wants it any more. */
    private static boolean mayBetter(HostReply reply) {
        return reply instanceof HostReply.Refused(Fault fault)
                && switch (ErrorType.of(fault.id()).category()) {
                    case RETRYABLE, TIMEOUT -> true;
                    case RESOURCE_LIMIT, CANCELED, NON_RETRYABLE -> false;
                };
    }

    private HostReply once(Running running, JsonNode given, int attempt, Optional<String> effect)
            throws InterruptedException {
        String module = given.get("module").stringValue();
        Optional<Slot<Executor>> slot =
                Name.find(NativeFunctions.PREFIX + module).flatMap(executors);
        if (slot.isEmpty()) {
            return Hosts.refused(Fault.NOT_FOUND, "There is no native module \"" + module + "\"");
        }
        Route route = new Route(
                running.version().id().tenant(), running.version().id().function(), "", OptionalInt.empty());
        try (Lease<Executor> lease = slot.get().lease(route, PATIENCE)) {
            String asked = given.get("function").stringValue();
            Optional<NativeFunction> function = lease.useAs(NativeFunctions.class, it -> it.find(asked));
            if (function.isEmpty()) {
                return Hosts.refused(
                        Fault.NOT_FOUND,
                        "The native module \"" + module + "\" has no function \"" + asked + "\"; it has "
                                + lease.useAs(
                                        NativeFunctions.class,
                                        it -> it.functions().stream()
                                                .map(NativeFunction::name)
                                                .toList()));
            }
            Bytes params = given.has("params") ? schemas.bytes(given.get("params")) : Schemas.NULL;
            return called(running, module + "." + asked, function.get(), params, attempt, lease, effect);
        } catch (PluginFailure e) {
            return Hosts.refused(e);
        }
    }

    private HostReply called(
            Running running,
            String told,
            NativeFunction function,
            Bytes params,
            int attempt,
            Lease<Executor> lease,
            Optional<String> effect)
            throws InterruptedException {
        Promise promise = promise(function);
        Optional<String> unfit = unfit(promise.params(), params);
        if (unfit.isPresent()) {
            return Hosts.refused(
                    Fault.VALIDATION, "The params of " + told + " do not fit its contract: " + unfit.get());
        }
        PlainHost host = effect.isPresent() ? hosts.plain(running, effect.get()) : hosts.plain(running);
        try (Trace caller = traces.apply(running.traceparent());
                Trace trace = caller.begin(Trace.Stage.MODULE)) {
            trace.label(Trace.Label.MODULE, told);
            Outcome outcome = lease.useAs(
                    NativeFunctions.class, it -> it.call(function.name(), invocation(running, params, attempt), host));
            if (outcome instanceof Outcome.Failed failed) {
                trace.fail(failed.fault().id());
            }
            return switch (outcome) {
                case Outcome.Returned returned -> returned(promise, told, returned.body());
                case Outcome.Failed failed -> new HostReply.Refused(failed.fault());
                case Outcome.Stopped _ -> Hosts.refused(Fault.CANCELED, told + " stopped without having been told to");
                case Outcome.Suspended _ ->
                    Hosts.refused(Fault.UNSUPPORTED, told + " cannot wait where it is not deployed as a function");
            };
        } finally {
            host.end();
        }
    }

    private HostReply returned(Promise promise, String told, Bytes body) {
        try {
            Optional<String> unfit = unfit(promise.returns(), body);
            return unfit.isEmpty()
                    ? new HostReply.Value(body)
                    : broken(told + " answered what does not fit its contract: " + unfit.get());
        } catch (Schemas.Malformed e) {
            return broken(told + " answered what is no JSON: " + e.getMessage());
        }
    }

    private static HostReply broken(String message) {
        return new HostReply.Refused(Fault.of(Fault.PLATFORM, Owner.PLATFORM, message));
    }

    /** Also of what has no schema: it has to be JSON. */
    private Optional<String> unfit(Optional<Schemas.Checked> schema, Bytes value) {
        if (schema.isEmpty()) {
            schemas.checkJson(value);
            return Optional.empty();
        }
        try {
            List<Problem> problems = schema.get().problems(value);
            return problems.stream().findFirst().map(Problem::told);
        } catch (Uncheckable e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Compiled once: a module says the same of a function at every call. */
    private Promise promise(NativeFunction function) {
        if (promises.size() > MOST_COMPILED) {
            promises.clear();
        }
        return promises.computeIfAbsent(function.contract(), text -> {
            JsonNode contract = schemas.parse(text);
            return new Promise(compiled(contract, "params"), compiled(contract, "returns"));
        });
    }

    private Optional<Schemas.Checked> compiled(JsonNode contract, String side) {
        return contract.has(side) ? Optional.of(schemas.compile(contract.get(side))) : Optional.empty();
    }

    private static Invocation invocation(Running running, Bytes params, int attempt) {
        return new Invocation(
                running.executionId(),
                attempt,
                new Entry.Main(),
                params,
                Map.of("correlation-id", running.correlationId(), "traceparent", running.traceparent(), "mode", NAME),
                running.principal().caller(),
                Map.of(),
                running.deadline());
    }
}
