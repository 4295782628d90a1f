package dev.dovetail.kernel.http;

import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How the system is, what it offers, and who the caller is. */
final class SystemRoutes {
    private final Telemetry telemetry;
    private final Schemas schemas;
    private final Supplier<Map<String, String>> notReady;
    private final OpenApi openApi;

    /** @param notReady what keeps the system from serving, by part, in words; empty if nothing does */
    SystemRoutes(Telemetry telemetry, Schemas schemas, Supplier<Map<String, String>> notReady) {
        this.telemetry = telemetry;
        this.schemas = schemas;
        this.notReady = notReady;
        this.openApi = new OpenApi(schemas);
    }

    void addTo(Router router) {
        router.addOpen("GET", "/health", "How the system is", this::health);
        router.addOpen(
                "GET",
                "/health/live",
                "Whether the process is alive",
                x -> x.answer(200, schemas.object().put("status", "up")));
        router.addOpen("GET", "/health/ready", "Whether calls are served", this::health);
        router.addOpen("GET", "/openapi.json", "This description", x -> x.answer(200, openApi.of(router.routes())));
        router.add(
                "GET",
                "/metrics",
                Permission.READ,
                0,
                "Metrics in the Prometheus text format",
                x -> x.answer(200, Telemetry.METRICS_TYPE, telemetry.metrics().getBytes(StandardCharsets.UTF_8)));
        router.add("GET", "/api/v1/whoami", Permission.READ, 0, "Who the caller is", this::whoami);
    }

    private void health(Exchange x) {
        Map<String, String> troubles = notReady.get();
        ObjectNode json = schemas.object().put("status", troubles.isEmpty() ? "up" : "down");
        ObjectNode parts = json.putObject("troubles");
        troubles.forEach(parts::put);
        x.answer(troubles.isEmpty() ? 200 : 503, json);
    }

    private void whoami(Exchange x) {
        Principal principal = x.principal();
        ObjectNode json = schemas.object()
                .put("type", principal.type())
                .put("id", principal.id())
                .put("tenant", principal.tenant().text());
        ArrayNode roles = json.putArray("roles");
        principal.roles().forEach(roles::add);
        ArrayNode permissions = json.putArray("permissions");
        principal.permissions().forEach(permissions::add);
        x.answer(200, json);
    }
}
