package dev.dovetail.function.worker;

import dev.dovetail.function.Context;
import dev.dovetail.function.Ended;
import dev.dovetail.function.Http;
import dev.dovetail.function.Identity;
import dev.dovetail.function.Pending;
import dev.dovetail.function.Piece;
import dev.dovetail.function.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The context of one call. */
final class LiveContext implements Context, Http {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int VERSION_PARTS = 4;

    private final Call call;
    private final Map<?, ?> init;
    private final Map<?, ?> header;
    private final Function function;

    LiveContext(Call call, Map<?, ?> init, Map<?, ?> header, Function function) {
        this.call = call;
        this.init = init;
        this.header = header;
        this.function = function;
    }

    private static String text(Map<?, ?> of, String key, String absent) {
        Object value = of.get(key);
        return value == null ? absent : value.toString();
    }

    private static int number(Map<?, ?> of, String key, int absent) {
        Object value = of.get(key);
        return value == null ? absent : ((Number) value).intValue();
    }

    @Override
    public String executionId() {
        return text(header, "execution", "");
    }

    @Override
    public String correlationId() {
        return text(header, "correlation", executionId());
    }

    @Override
    public String traceId() {
        String[] parts = text(header, "traceparent", "").split("-");
        return parts.length == VERSION_PARTS ? parts[1] : "";
    }

    @Override
    public String tenantId() {
        return text(init, "tenantId", "");
    }

    @Override
    public String functionName() {
        return text(init, "functionName", "");
    }

    @Override
    public int version() {
        return number(init, "version", 0);
    }

    @Override
    public int memoryMb() {
        return number(init, "memoryMb", 0);
    }

    @Override
    public int attempt() {
        return call.scope().map(Scope::attempt).orElseGet(() -> number(header, "attempt", 1));
    }

    @Override
    public boolean replaying() {
        return call.replaying();
    }

    @Override
    public Optional<String> effectId() {
        return call.scope().map(Scope::effectId);
    }

    @Override
    public Optional<Map<String, Object>> cause() {
        return Optional.ofNullable(object(header.get("cause")));
    }

    @Override
    public Identity identity() {
        return new Known((Map<?, ?>) header.get("identity"));
    }

    @Override
    public Instant deadline() {
        return Instant.ofEpochMilli(((Number) header.get("deadline")).longValue());
    }

    @Override
    public Duration remaining() {
        Duration left = Duration.between(Instant.now(), deadline());
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public Optional<String> environment(String name) {
        Object secret =
                header.get("environment") instanceof Map ? ((Map<?, ?>) header.get("environment")).get(name) : null;
        return Optional.ofNullable(secret == null ? System.getenv(name) : secret.toString());
    }

    @Override
    public void log(String level, String message, Map<String, Object> fields) {
        Map<String, Object> note = note("log");
        note.put("level", level);
        note.put("message", Errors.brief(String.valueOf(message)));
        call.tell(note, fields.isEmpty() ? Link.NOTHING : JsonWriter.bytes(fields));
    }

    @Override
    public void progress(double fraction, String message) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("The fraction is from 0 to 1, not " + fraction);
        }
        Map<String, Object> note = note("progress");
        note.put("fraction", fraction);
        note.put("message", Errors.brief(String.valueOf(message)));
        call.tell(note, Link.NOTHING);
    }

    @Override
    public void metric(String name, double value, Map<String, String> labels) {
        Map<String, Object> note = note("measure");
        note.put("metric", name);
        note.put("value", value);
        note.put("labels", labels);
        call.tell(note, Link.NOTHING);
    }

    private static Map<String, Object> note(String kind) {
        Map<String, Object> note = new LinkedHashMap<>();
        note.put("note", kind);
        return note;
    }

    @Override
    public Pending<Instant> now() {
        return call.ask(Map.of("kind", "now"), Link.NOTHING, value -> Instant.parse((String) value));
    }

    @Override
    public Pending<String> random() {
        return call.ask(Map.of("kind", "random"), Link.NOTHING, String::valueOf);
    }

    @Override
    public Pending<String> random(String label) {
        return call.ask(Map.of("kind", "random", "label", label), Link.NOTHING, String::valueOf);
    }

    @Override
    public Pending<Void> sleep(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("A duration cannot be negative: " + duration);
        }
        return call.ask(Map.of("kind", "sleep", "ms", duration.toMillis()), Link.NOTHING, value -> null);
    }

    @Override
    public Pending<String> secret(String name) {
        return call.ask(Map.of("kind", "secret", "name", name), Link.NOTHING, String::valueOf);
    }

    @Override
    public Http http() {
        return this;
    }

    @Override
    public Pending<Map<String, Object>> get(String url) {
        return request("GET", url, Map.of(), null, PATIENCE);
    }

    @Override
    public Pending<Map<String, Object>> post(String url, Object body) {
        return request("POST", url, Map.of(), body, PATIENCE);
    }

    @Override
    public Pending<Map<String, Object>> request(
            String method, String url, Map<String, List<String>> headers, Object body, Duration timeout) {
        Map<String, List<String>> sent = new LinkedHashMap<>(headers);
        byte[] payload = Link.NOTHING;
        if (body instanceof byte[]) {
            payload = (byte[]) body;
        } else if (body instanceof CharSequence) {
            payload = body.toString().getBytes(StandardCharsets.UTF_8);
        } else if (body != null) {
            payload = JsonWriter.bytes(body);
            if (sent.keySet().stream().noneMatch("content-type"::equalsIgnoreCase)) {
                sent.put("content-type", List.of("application/json"));
            }
        }
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("kind", "http");
        question.put("method", method);
        question.put("url", url);
        question.put("headers", sent);
        question.put("timeoutMs", timeout.toMillis());
        return call.ask(question, payload, LiveContext::object);
    }

    @SuppressWarnings("unchecked") // what is read from JSON has text as keys
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    @Override
    public Pending<Object> invoke(String callable, Object input) {
        return invoke(callable, input, "sync", Duration.ZERO); // its own limits are enough
    }

    @Override
    public Pending<Object> invoke(String callable, Object input, String mode, Duration timeout) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("kind", "invoke");
        question.put("callable", callable);
        question.put("mode", mode);
        question.put("timeoutMs", timeout.toMillis());
        return call.ask(question, JsonWriter.bytes(input), value -> value);
    }

    @Override
    public Pending<Object> awaitEvent(String type, String filter, Optional<Duration> timeout) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("kind", "event");
        question.put("type", type);
        question.put("filter", filter);
        timeout.ifPresent(most -> question.put("timeoutMs", most.toMillis()));
        return call.ask(question, Link.NOTHING, value -> value);
    }

    @Override
    public Pending<Void> chunk(Object value) {
        return call.ask(Map.of("kind", "chunk"), JsonWriter.bytes(value), done -> null);
    }

    @Override
    public Pending<Piece> read() {
        return call.ask(
                Map.of("kind", "read"),
                Link.NOTHING,
                value -> value == null ? Piece.end() : Piece.of(object(value).get("data")));
    }

    @Override
    public Pending<Object> call(String name, int version, Map<String, Object> arguments) {
        Map<String, Object> question = Map.of("kind", "other", "name", name, "version", version);
        return call.ask(question, JsonWriter.bytes(arguments), value -> value);
    }

    @Override
    public <O> O step(Step<O> step) {
        return new Steps(call, this, function, number(init, "outputBytes", Integer.MAX_VALUE)).run(step);
    }

    @Override
    public <T> List<T> parallel(List<Supplier<T>> pieces, int atOnce) {
        return new Pieces<>(call, pieces, false).run(atOnce).values();
    }

    @Override
    public <T> List<Ended<T>> collect(List<Supplier<T>> pieces, int atOnce) {
        return new Pieces<>(call, pieces, true).run(atOnce).ended();
    }
}
