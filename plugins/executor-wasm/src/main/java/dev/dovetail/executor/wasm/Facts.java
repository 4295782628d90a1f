package dev.dovetail.executor.wasm;

import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.host.Host;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a guest may know of its call, as a JSON object. */
final class Facts {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Facts() {}

    static Json of(Launch launch, Invocation invocation, Host host) {
        Map<String, Json> facts = new LinkedHashMap<>();
        facts.put("executionId", Json.text(invocation.executionId()));
        facts.put(
                "correlationId",
                Json.text(invocation.attributes().getOrDefault("correlation-id", invocation.executionId())));
        facts.put("traceId", Json.text(trace(invocation.attributes().getOrDefault("traceparent", ""))));
        facts.put("tenantId", Json.text(launch.version().tenant().text()));
        facts.put("functionName", Json.text(launch.version().function().text()));
        facts.put("version", Json.known(String.valueOf(launch.version().number())));
        facts.put("attempt", Json.known(String.valueOf(invocation.attempt())));
        facts.put("isReplay", Json.known(String.valueOf(host.replaying())));
        facts.put("deadline", time(invocation.deadline()));
        facts.put("identity", identity(invocation.caller()));
        return Json.object(facts);
    }

    /** The second of the four parts of a W3C traceparent, or nothing. */
    private static String trace(String traceparent) {
        String[] parts = traceparent.split("-", -1);
        return parts.length == 4 ? parts[1] : "";
    }

    private static Json time(Instant instant) {
        return Json.text(TIME.format(instant));
    }

    private static Json identity(Invocation.Caller caller) {
        Map<String, Json> facts = new LinkedHashMap<>();
        facts.put("type", Json.text(caller.type()));
        facts.put("id", Json.text(caller.id()));
        facts.put("tenantId", Json.text(caller.tenant().text()));
        facts.put("roles", Json.texts(caller.roles()));
        facts.put("permissions", Json.texts(caller.permissions()));
        facts.put("scopes", Json.texts(caller.scopes()));
        facts.put("expiresAt", caller.expiresAt().map(Facts::time).orElse(Json.known("null")));
        return Json.object(facts);
    }
}
