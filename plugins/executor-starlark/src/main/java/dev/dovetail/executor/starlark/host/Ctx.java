package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Foreign;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Mutability;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.host.HostReply;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The value that a handler gets as {@code ctx}: what is known of the call, and the host's functions as methods. */
final class Ctx implements Foreign {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    static final Set<String> FIELDS = Set.of(
            "execution_id",
            "correlation_id",
            "trace_id",
            "tenant_id",
            "function_name",
            "version",
            "attempt",
            "is_replay",
            "deadline",
            "identity",
            "actor",
            "effect_id");

    private final Calling calling;
    private final Optional<HostReply.Run> step;

    /** @param step the attempt of a step whose code this is for */
    Ctx(Calling calling, Optional<HostReply.Run> step) {
        this.calling = calling;
        this.step = step;
    }

    @Override
    public String type() {
        return "ctx";
    }

    @Override
    public List<String> attributes() {
        Set<String> names = new TreeSet<>(FIELDS);
        names.addAll(HostFunctions.METHODS.keySet());
        return List.copyOf(names);
    }

    @Override
    public Optional<Object> attribute(String name) {
        Object method = HostFunctions.METHODS.get(name);
        return method != null
                ? Optional.of(method)
                : FIELDS.contains(name) ? Optional.of(field(name)) : Optional.empty();
    }

    private Object field(String name) {
        Invocation invocation = calling.invocation();
        return switch (name) {
            case "execution_id" -> invocation.executionId();
            case "correlation_id" -> invocation.attributes().getOrDefault("correlation-id", invocation.executionId());
            case "trace_id" -> trace(invocation.attributes().getOrDefault("traceparent", ""));
            case "tenant_id" -> calling.launch().version().tenant().text();
            case "function_name" -> calling.launch().version().function().text();
            case "version" -> Ints.of(calling.launch().version().number());
            case "attempt" -> Ints.of(step.map(HostReply.Run::attempt).orElse(invocation.attempt()));
            case "effect_id" -> step.<Object>map(HostReply.Run::effectId).orElse(None.NONE);
            case "is_replay" -> calling.host().replaying();
            case "deadline" -> time(invocation.deadline());
            default -> identity(invocation.caller());
        };
    }

    /** The second of the four parts of a W3C traceparent, or nothing. */
    private static String trace(String traceparent) {
        String[] parts = traceparent.split("-", -1);
        return parts.length == 4 ? parts[1] : "";
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }

    private static Struct identity(Invocation.Caller caller) {
        // what is made here is small and the host's, so it does not count against the function
        Run scratch = new Run(1_000_000, 1 << 20, "");
        Dict fields = new Dict(Mutability.FROZEN);
        fields.enter(scratch, "type", caller.type());
        fields.enter(scratch, "id", caller.id());
        fields.enter(scratch, "tenant_id", caller.tenant().text());
        fields.enter(scratch, "roles", frozen(caller.roles()));
        fields.enter(scratch, "permissions", frozen(caller.permissions()));
        fields.enter(scratch, "scopes", frozen(caller.scopes()));
        fields.enter(
                scratch, "expires_at", caller.expiresAt().<Object>map(Ctx::time).orElse(None.NONE));
        return new Struct(fields);
    }

    private static StarList frozen(List<String> texts) {
        return new StarList(Mutability.FROZEN, texts.toArray());
    }
}
