package dev.dovetail.kernel.http;

import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How the system is, what it offers, and who the caller is. */
final class SystemRoutes {
    private final Telemetry telemetry;
    private final Schemas schemas;
    private final Supplier<Condition> condition;
    private final OpenApi openApi;

    /** @param condition how this node is now */
    SystemRoutes(Telemetry telemetry, Schemas schemas, Supplier<Condition> condition) {
        this.telemetry = telemetry;
        this.schemas = schemas;
        this.condition = condition;
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
        Condition now = condition.get();
        ObjectNode json = schemas.object().put("status", now.word());
        ObjectNode parts = json.putObject("troubles");
        now.troubles().forEach(parts::put);
        x.answer(now.serves() ? 200 : 503, json);
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
