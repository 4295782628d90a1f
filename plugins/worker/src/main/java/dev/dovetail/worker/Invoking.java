package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.worker.host.Replies;
import dev.dovetail.worker.json.JsonText;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the frames that begin calls of one version. */
final class Invoking {
    /** The kind of functions that are replayed. */
    private static final String DURABLE = "workflow";

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{SECRET:([^}]+)}");

    /** The variables that refer to secrets. */
    private final Map<String, String> referring = new HashMap<>();

    Invoking(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (REFERENCE.matcher(value).find()) {
                referring.put(name, value);
            }
        });
    }

    Bytes header(String call, Invocation invocation, boolean replaying) {
        JsonText out = new JsonText()
                .object()
                .field("call", call)
                .field("execution", invocation.executionId())
                .field("deadline", invocation.deadline().toEpochMilli());
        if (invocation.attempt() != 1) {
            out.field("attempt", invocation.attempt());
        }
        if (DURABLE.equals(invocation.attributes().get("kind"))) {
            out.field("durable", true);
        }
        if (replaying) {
            out.field("replay", true);
        }
        String correlation = invocation.attributes().get("correlation-id");
        if (correlation != null) {
            out.field("correlation", correlation);
        }
        String trace = invocation.attributes().get("traceparent");
        if (trace != null) {
            out.field("traceparent", trace);
        }
        caller(out.key("identity"), invocation.caller());
        if (!referring.isEmpty() && !invocation.secrets().isEmpty()) {
            out.key("environment").object();
            referring.forEach((name, value) -> out.field(name, resolved(value, invocation.secrets())));
            out.end();
        }
        entry(out, invocation.entry());
        return out.end().bytes();
    }

    /** What is not given stays as it is: the host puts it in where it leaves. */
    private static String resolved(String value, Map<String, Secret> secrets) {
        return REFERENCE.matcher(value).replaceAll(found -> {
            Secret secret = secrets.get(found.group(1));
            return Matcher.quoteReplacement(secret == null ? found.group() : secret.reveal());
        });
    }

    private static void caller(JsonText out, Invocation.Caller caller) {
        out.object().field("type", caller.type()).field("id", caller.id());
        out.field("tenantId", caller.tenant().text());
        out.key("roles").value(caller.roles());
        out.key("permissions").value(caller.permissions());
        out.key("scopes").value(caller.scopes());
        caller.expiresAt().ifPresent(at -> out.field("expiresAt", at.toString()));
        out.end();
    }

    private static void entry(JsonText out, Entry entry) {
        switch (entry) {
            case Entry.Main() -> {}
            case Entry.Hook hook -> out.field("hook", hook.stage()).field("function", hook.function());
            case Entry.Compensation undo -> {
                out.field("function", undo.function()).field("step", undo.step());
                out.key("cause");
                Replies.fault(out, undo.cause());
                undo.stepOutput().ifPresent(output -> out.key("output").raw(output));
            }
        }
    }

    /** What the function is called with. */
    static Bytes payload(Invocation invocation) {
        return switch (invocation.entry()) {
            case Entry.Main() -> invocation.input();
            case Entry.Hook hook -> hook.context();
            case Entry.Compensation undo -> undo.stepInput();
        };
    }
}
