package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.lib.Arguments;
import dev.dovetail.executor.starlark.lib.Universe;
import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.executor.starlark.value.Values;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The host's functions, as {@code r_*_v1} and as methods of {@code ctx}. */
public final class HostFunctions {
    private static final String HTTP_REST = "headers?, timeout_ms?, retry?, exit_on_http_error?)";

    private static final List<Builtin> FUNCTIONS = List.of(
            new Builtin("print(*args, *, sep?)", HostFunctions::print),
            new Builtin("r_await(promise, /)", (run, a) -> await(run, a[0])),
            new Builtin("r_await_all(promises, /)", (run, a) -> awaitAll(run, a[0])),
            new Builtin("r_http_get_v1(url, " + HTTP_REST, (run, a) -> Http.get(run, a)),
            new Builtin("r_http_post_v1(url, body, " + HTTP_REST, (run, a) -> Http.post(run, a)),
            new Builtin("r_sleep(milliseconds)", Asking::sleep),
            new Builtin("r_sleep_v1(milliseconds)", Asking::sleep),
            new Builtin("r_now_v1()", (run, _) -> Asking.now(run)),
            new Builtin("r_rand_v1(label?)", Asking::random),
            new Builtin("r_invoke_v1(callable_id, params, mode?, timeout_ms?, exit_on_error?)", Asking::invoke),
            new Builtin("r_secret_v1(name)", Asking::secret),
            new Builtin("r_env_v1(name, default?)", HostFunctions::env),
            new Builtin("r_log_v1(message, level?, **fields)", Telling::log),
            new Builtin("r_progress_v1(fraction, message?)", Telling::progress),
            new Builtin("r_chunk_v1(piece, /)", Asking::chunk),
            new Builtin("r_read_v1()", (run, _) -> Asking.read(run)),
            new Builtin("r_metric_v1(name, value, **labels)", Telling::measure),
            new Builtin("r_step_v1(name, fn, compensate_fn?, retry?, timeout_ms?)", Steps::define),
            new Builtin(
                    "r_run_step_v1(step_name, fn?, input?, exit_on_error?, retry?, timeout_ms?, compensate_fn?)",
                    Steps::run),
            new Builtin(
                    "r_run_steps_parallel_v1(steps, max_concurrency?, exit_on_first_error?)",
                    (run, a) -> Parallel.run(run, a)),
            new Builtin(
                    "r_wait_event_v1(event_type_id, event_filter_query?, timeout_ms?, exit_on_error?)", Waiting::event),
            new Builtin("r_approval_v1(name, timeout_ms?, message?)", Waiting::approval),
            new Builtin("r_snapshot_v1(label?)", Others::checkpoint),
            new Builtin("r_get_job_status_v1(job_id)", Others::jobStatus),
            new Builtin("r_publish_v1(topic, payload)", Others::publish),
            new Builtin("r_audit_v1(action, details?)", Others::audit),
            new Builtin("r_compensate_v1(function, input, version?)", Others::compensate),
            new Builtin("r_signal_v1(execution_id, name, payload?)", Others::signal),
            new Builtin("r_native_invoke_v1(module, function, params, retry?)", Others::module),
            new Builtin("r_exit(error, /)", Errors::exit),
            new Builtin("r_exit_v1(error, /)", Errors::exit));

    /** All by name. */
    public static final Map<String, Object> ALL;

    /** What {@code ctx} has beside its fields. */
    static final Map<String, Object> METHODS = Map.ofEntries(
            Map.entry("await", new Builtin("ctx.await(promise, /)", (run, a) -> await(run, a[0]))),
            Map.entry("await_all", new Builtin("ctx.await_all(promises, /)", (run, a) -> awaitAll(run, a[0]))),
            Map.entry(
                    "http",
                    new Group(
                            "ctx.http",
                            Map.of(
                                    "get",
                                            new Builtin(
                                                    "ctx.http.get(url, headers?, timeout_ms?, retry?, exit_on_error?)",
                                                    (run, a) -> Http.get(run, a)),
                                    "post",
                                            new Builtin(
                                                    "ctx.http.post(url, body, headers?, timeout_ms?, retry?, exit_on_error?)",
                                                    (run, a) -> Http.post(run, a))))),
            Map.entry("sleep", new Builtin("ctx.sleep(milliseconds)", Asking::sleep)),
            Map.entry("now", new Builtin("ctx.now()", (run, _) -> Asking.now(run))),
            Map.entry("rand", new Builtin("ctx.rand(label?)", Asking::random)),
            Map.entry(
                    "invoke",
                    new Builtin("ctx.invoke(callable_id, params, mode?, timeout_ms?, exit_on_error?)", Asking::invoke)),
            Map.entry("secret", new Builtin("ctx.secret(name)", Asking::secret)),
            Map.entry(
                    "env",
                    new Group(
                            "ctx.env", Map.of("get", new Builtin("ctx.env.get(name, default?)", HostFunctions::env)))),
            Map.entry(
                    "steps",
                    new Group(
                            "ctx.steps",
                            Map.of(
                                    "define",
                                            new Builtin(
                                                    "ctx.steps.define(name, fn, compensate?, retry?, timeout_ms?)",
                                                    Steps::define),
                                    "run",
                                            new Builtin(
                                                    "ctx.steps.run(step, fn?, input?, exit_on_error?, retry?, timeout_ms?, compensate?)",
                                                    Steps::run),
                                    "parallel",
                                            new Builtin(
                                                    "ctx.steps.parallel(steps, max_concurrency?, exit_on_first_error?)",
                                                    (run, a) -> Parallel.run(run, a))))),
            Map.entry(
                    "events",
                    new Group(
                            "ctx.events",
                            Map.of(
                                    "wait",
                                    new Builtin(
                                            "ctx.events.wait(event_type_id, filter?, timeout_ms?, exit_on_error?)",
                                            Waiting::event)))),
            Map.entry("approval", new Builtin("ctx.approval(name, timeout_ms?, message?)", Waiting::approval)),
            Map.entry("checkpoint", new Builtin("ctx.checkpoint(label?)", Others::checkpoint)),
            Map.entry("publish", new Builtin("ctx.publish(topic, payload)", Others::publish)),
            Map.entry("audit", new Builtin("ctx.audit(action, details?)", Others::audit)),
            Map.entry("compensate", new Builtin("ctx.compensate(function, input, version?)", Others::compensate)),
            Map.entry("signal", new Builtin("ctx.signal(execution_id, name, payload?)", Others::signal)),
            Map.entry("log", new Builtin("ctx.log(message, level?, **fields)", Telling::log)),
            Map.entry("progress", new Builtin("ctx.progress(fraction, message?)", Telling::progress)),
            Map.entry("chunk", new Builtin("ctx.chunk(piece, /)", Asking::chunk)),
            Map.entry("read", new Builtin("ctx.read()", (run, _) -> Asking.read(run))),
            Map.entry("metric", new Builtin("ctx.metric(name, value, **labels)", Telling::measure)),
            Map.entry("exit", new Builtin("ctx.exit(error, /)", Errors::exit)));

    static {
        Map<String, Object> all = new LinkedHashMap<>();
        FUNCTIONS.forEach(function -> all.put(function.name(), function));
        ALL = Collections.unmodifiableMap(all);
    }

    private HostFunctions() {}

    /** Whether {@code ctx} has a field or method of this name. */
    public static boolean contextHas(String name) {
        return METHODS.containsKey(name) || Ctx.FIELDS.contains(name);
    }

    /** All that {@code ctx} has, sorted. */
    public static List<String> contextNames() {
        return Stream.concat(METHODS.keySet().stream(), Ctx.FIELDS.stream())
                .sorted()
                .toList();
    }

    /** Whether {@code ctx} has functions under this name, such as {@code http}. */
    public static boolean contextGroup(String name) {
        return METHODS.get(name) instanceof Group;
    }

    /** The function of {@code ctx} with this name, such as {@code sleep} or {@code http.get}. */
    public static Optional<Builtin> contextFunction(String name) {
        int dot = name.indexOf('.');
        Object found = dot < 0
                ? METHODS.get(name)
                : METHODS.get(name.substring(0, dot)) instanceof Group group
                        ? group.members().get(name.substring(dot + 1))
                        : null;
        return found instanceof Builtin builtin ? Optional.of(builtin) : Optional.empty();
    }

    /** Whether this looks like the id of an error's or event's type. */
    public static boolean isTypeId(String id) {
        return Errors.isTypeId(id);
    }

    /** What the {@code retry} of a function may say. */
    public static List<String> retryKeys(Builtin function) {
        List<String> parameters = function.signature().parameters();
        boolean steps = !parameters.contains("url") && !parameters.contains("module");
        return steps ? Policies.KEYS : Http.RETRY_KEYS;
    }

    private static Object print(Run run, Object[] a) {
        Calling.of(run).print(Universe.joined(run, (Tuple) a[0], a[1]));
        return None.NONE;
    }

    private static Object await(Run run, Object promise) {
        if (!(promise instanceof Promise open)) {
            throw Failure.type("await needs a promise, not " + Values.type(promise));
        }
        return Calling.of(run).await(run, open);
    }

    private static Object awaitAll(Run run, Object promises) {
        Object[] all = Sequences.toArray(run, promises).clone();
        for (int i = 0; i < all.length; i++) {
            if (!(all[i] instanceof Promise)) {
                throw Failure.type("await_all needs promises; element " + i + " is " + Values.type(all[i]));
            }
        }
        for (int i = 0; i < all.length; i++) {
            all[i] = await(run, all[i]);
        }
        return new StarList(run.mutability(), all);
    }

    private static Object env(Run run, Object[] a) {
        String value = Calling.of(run).environment(Arguments.text(a[0], "the name"));
        return value != null ? value : Arguments.or(a[1], None.NONE);
    }
}
