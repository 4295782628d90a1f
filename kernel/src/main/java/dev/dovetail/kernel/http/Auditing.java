package dev.dovetail.kernel.http;

import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.record.Audited;
import dev.dovetail.kernel.schema.Schemas;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has what people and programs change over the API audited, what they do to executions, and what they look at with a debugger. Calls of
 * functions, and what is sent to them while they run, are records.
 */
record Auditing(Audit audit, Schemas schemas, InstantSource clock) {
    private static final System.Logger LOG = System.getLogger(Auditing.class.getName());
    private static final String EVENT = "gts.x.core.faas.audit.v1~";
    private static final Pattern EXECUTION = Pattern.compile("/api/v1/(executions|jobs|dead-letters)/.+");
    private static final Set<Permission> AUDITED =
            Set.of(Permission.DEPLOY, Permission.RELEASE, Permission.ADMINISTER, Permission.DEBUG);
    private static final Map<String, String> REGISTRY = Map.of(
            "POST /api/v1/functions", "definition_created",
            "POST /api/v1/functions:import", "definition_created",
            "PUT /api/v1/functions/{name}", "definition_updated",
            "PATCH /api/v1/functions/{name}", "definition_updated",
            "DELETE /api/v1/functions/{name}", "definition_deleted",
            "POST /api/v1/functions/{name}/versions", "definition_published",
            "POST /api/v1/functions/{name}/versions/{version}:publish", "definition_published",
            "POST /api/v1/functions/{name}/versions/{version}:disable", "definition_disabled",
            "POST /api/v1/functions/{name}/versions/{version}:enable", "definition_enabled",
            "POST /api/v1/functions/{name}/versions/{version}:deprecate", "definition_deprecated");

    /** Something was answered as asked. */
    void answered(Route route, Exchange x, Optional<Principal> principal, String path) throws InterruptedException {
        boolean looks = route.method().equals("GET")
                && route.needs().filter(Permission.DEBUG::equals).isEmpty();
        if (principal.isEmpty()
                || looks
                || !AUDITED.contains(route.needs().orElseThrow()) && !controls(route)
                || route.changes() && x.flag("dryRun")) {
            return;
        }
        ObjectNode details = schemas.object().put("method", route.method()).put("path", path);
        x.location().ifPresent(made -> details.put("made", made));
        Audited said = new Audited(
                clock.instant(),
                event(route),
                principal.get().type() + "/" + principal.get().id(),
                x.requestId(),
                Optional.ofNullable(EXECUTION.matcher(path).matches() ? x.parameter("id") : null),
                details);
        try {
            audit.add(principal.get().tenant(), said, Optional.empty());
        } catch (PluginFailure e) {
            LOG.log(
                    Level.ERROR,
                    "What was done is not in the audit: {0} {1} by {2}: {3}",
                    route.method(),
                    path,
                    said.actor(),
                    e.getMessage());
        }
    }

    /** Whether it decides about executions: all such routes have a verb, as has the one that sends them a signal. */
    private static boolean controls(Route route) {
        boolean decides = !route.verb().isEmpty() && !route.verb().equals("signal");
        return route.needs().equals(Optional.of(Permission.INVOKE))
                && (decides || route.method().equals("DELETE"));
    }

    private static String event(Route route) {
        if (controls(route)) {
            String what = route.method().equals("DELETE") ? "dead_letter_deleted" : route.verb();
            return EVENT + "dovetail.executions._." + what + ".v1~";
        }
        String known = REGISTRY.get(route.method() + " " + route.template());
        if (known != null) {
            return EVENT + "x.core.registry." + known + ".v1~";
        }
        String words = (route.method() + route.template().replace("/api/v1", ""))
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\{[a-z]+}", "")
                .replaceAll("[^a-z]+", "_")
                .replaceAll("_$", "");
        return EVENT + "dovetail.api._." + words + ".v1~";
    }
}
