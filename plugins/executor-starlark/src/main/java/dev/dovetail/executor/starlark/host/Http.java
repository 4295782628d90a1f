package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.json.JsonReader;
import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.lib.Arguments;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Mutability;
import dev.dovetail.executor.starlark.value.Octets;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Values;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Outgoing HTTP, which the host does. */
final class Http {
    static final List<String> RETRY_KEYS = List.of("max_attempts", "backoff_ms");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Http() {}

    /** @param a url, headers, timeout, retry, exit */
    static Object get(Run run, Object[] a) {
        return ask(run, "GET", a[0], Bytes.empty(), headers(run, a[1]), a[2], a[3], a[4]);
    }

    /** @param a url, body, headers, timeout, retry, exit */
    static Object post(Run run, Object[] a) {
        Map<String, List<String>> headers = headers(run, a[2]);
        Bytes body = switch (a[1]) {
            case String text -> Bytes.utf8(text);
            case Octets(byte[] content) -> Bytes.of(content);
            default -> {
                if (headers.keySet().stream().noneMatch(name -> name.equalsIgnoreCase("content-type"))) {
                    headers.put("content-type", List.of("application/json"));
                }
                yield Bytes.given(JsonWriter.write(run, a[1]));
            }
        };
        return ask(run, "POST", a[0], body, headers, a[3], a[4], a[5]);
    }

    private static Object ask(
            Run run,
            String method,
            Object url,
            Bytes body,
            Map<String, List<String>> headers,
            Object timeout,
            Object retry,
            Object exit) {
        HostCall call = new HostCall.Http(
                method,
                Arguments.text(url, "the url"),
                headers,
                body,
                Arguments.some(timeout) ? Asking.duration(timeout, "timeout_ms") : TIMEOUT,
                Arguments.some(retry) ? retry(retry) : HostCall.Retry.NONE);
        boolean exits = Errors.unlessFalse(exit);
        return Calling.of(run).ask(run, call, (again, reply) -> result(again, reply, exits));
    }

    private static Dict mapping(Object argument, String what) {
        return switch (argument) {
            case Dict dict -> dict;
            case Struct struct -> struct.fields();
            default -> throw Arguments.wrong(argument, what, "a dict");
        };
    }

    private static Map<String, List<String>> headers(Run run, Object argument) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        if (!Arguments.some(argument)) {
            return headers;
        }
        Dict dict = mapping(argument, "headers");
        for (Object key : dict.keys()) {
            Object value = dict.value(dict.find(run, key));
            List<String> values = new ArrayList<>();
            for (Object each : value instanceof String ? new Object[] {value} : Sequences.toArray(run, value)) {
                values.add(Arguments.text(each, "the header " + key));
            }
            headers.put(Arguments.text(key, "a header's name"), values);
        }
        return headers;
    }

    static HostCall.Retry retry(Object argument) {
        Dict dict = mapping(argument, "retry");
        for (Object key : dict.keys()) {
            if (!(key instanceof String text) || !RETRY_KEYS.contains(text)) {
                throw Failure.value("retry has no \"" + key + "\"; it has max_attempts and backoff_ms");
            }
        }
        int attempts = dict.findText("max_attempts") < 0
                ? 1
                : Arguments.number(dict.value(dict.findText("max_attempts")), "max_attempts");
        if (attempts < 1 || attempts > 10) {
            throw Failure.value("max_attempts is from 1 to 10, not " + attempts);
        }
        Duration backoff = dict.findText("backoff_ms") < 0
                ? Duration.ZERO
                : Asking.duration(dict.value(dict.findText("backoff_ms")), "backoff_ms");
        return new HostCall.Retry(attempts, backoff);
    }

    private static Object result(Run run, HostReply reply, boolean exit) {
        if (reply instanceof HostReply.Refused(Fault fault)) {
            return failed(run, fault, exit);
        }
        Struct answer = (Struct) Asking.valueOf(run, reply);
        Object status = answer.fields().value(answer.fields().findText("status"));
        Object headers = answer.fields().value(answer.fields().findText("headers"));
        Object body = answer.fields().findText("body") < 0
                ? ""
                : answer.fields().value(answer.fields().findText("body"));
        Object parsed = parsed(run, body);
        if (status instanceof Long code && code >= 200 && code < 300) {
            return Structs.of(
                    run,
                    "ok",
                    true,
                    "response",
                    Structs.of(run, "status_code", status, "headers", headers, "body", parsed, "text", body));
        }
        Struct details = Structs.of(
                run,
                "status_code",
                status,
                "headers",
                headers,
                "body",
                parsed instanceof Struct ? parsed : new Struct(new Dict(Mutability.FROZEN)));
        String message = "The dependency answered with status " + status;
        return failed(
                run,
                new Fault(
                        Fault.HTTP,
                        Fault.Owner.DEPENDENCY,
                        message,
                        Bytes.given(JsonWriter.write(run, details)),
                        Optional.of(run.place())),
                exit);
    }

    private static Object failed(Run run, Fault fault, boolean exit) {
        if (exit) {
            throw new Exit(fault);
        }
        return Structs.of(run, "ok", false, "error", Structs.error(run, fault));
    }

    /** The JSON that a body is, or an empty object. */
    private static Object parsed(Run run, Object body) {
        if (!(body instanceof String text)) {
            throw Failure.type("the host answered with a body of type " + Values.type(body));
        }
        try {
            return JsonReader.frozen(run, text.getBytes(StandardCharsets.UTF_8));
        } catch (Failure notJson) {
            return new Struct(new Dict(Mutability.FROZEN));
        }
    }
}
