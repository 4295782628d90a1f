package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.secret.WritableSecrets.Info;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Secrets: put, removed, and listed by their names; a value never comes out here. */
final class SecretRoutes {
    private static final long SMALL = 128 * 1024;
    private static final int LONGEST = 64 * 1024;
    private static final String ALL = "/api/v1/secrets";
    private static final String ONE = ALL + "/{name}";
    private static final Set<String> KNOWN = Set.of("value", "allowedHosts");

    private final Secrets secrets;
    private final Schemas schemas;

    SecretRoutes(Secrets secrets, Schemas schemas) {
        this.secrets = secrets;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add("GET", ALL, Permission.READ, 0, "List the names and versions of secrets", this::list);
        router.add("PUT", ONE, Permission.DEPLOY, SMALL, "Set a secret, as a new version of it", "Secret", this::put);
        router.add("DELETE", ONE, Permission.DEPLOY, 0, "Remove a secret and its versions", this::delete);
    }

    private void list(Exchange x) throws InterruptedException {
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (Info each : secrets.list(x.principal().tenant()).orElseThrow(SecretRoutes::readOnly)) {
            ObjectNode item = items.addObject().put("name", each.name().text()).put("version", each.version());
            each.allowedHosts().forEach(item.putArray("allowedHosts")::add);
        }
        x.answer(200, Cursors.whole(x, json));
    }

    private void put(Exchange x, boolean dryRun) throws Exception {
        Name name = name(x);
        JsonNode body = x.json();
        for (String key : body.propertyNames()) {
            if (!KNOWN.contains(key)) {
                // what was sent is not told back: it may be the secret under a wrong name
                throw Refusal.field(
                        ErrorType.MALFORMED, "/" + key, "unknown field; known are allowedHosts, value", "not shown");
            }
        }
        JsonNode value = body.path("value");
        if (!value.isString()
                || value.stringValue().isEmpty()
                || value.stringValue().length() > LONGEST) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/value",
                    "expected a text of 1 to " + LONGEST + " characters",
                    value.isMissingNode()
                            ? "nothing"
                            : value.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
        }
        List<String> hosts = hosts(body.path("allowedHosts"));
        if (dryRun) {
            x.answer(200, schemas.object().put("name", name.text()).put("dryRun", true));
            return;
        }
        String version = secrets.put(x.principal().tenant(), name, value.stringValue(), hosts)
                .orElseThrow(SecretRoutes::readOnly);
        x.answer(200, schemas.object().put("name", name.text()).put("version", version));
    }

    private static List<String> hosts(JsonNode given) {
        List<String> hosts = new ArrayList<>();
        if (given.isMissingNode()) {
            return hosts;
        }
        boolean fits = given.isArray();
        for (JsonNode each : given) {
            fits &= each.isString()
                    && each.stringValue().matches("(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?");
            hosts.add(each.stringValue(""));
        }
        if (!fits) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/allowedHosts",
                    "expected names of hosts, such as \"api.example.org\" or \"*.example.org\"",
                    given.toString());
        }
        return hosts;
    }

    private void delete(Exchange x, boolean dryRun) throws InterruptedException {
        Name name = name(x);
        Name tenant = x.principal().tenant();
        boolean there = dryRun
                ? secrets.list(tenant).orElseThrow(SecretRoutes::readOnly).stream()
                        .anyMatch(each -> each.name().equals(name))
                : secrets.delete(tenant, name).orElseThrow(SecretRoutes::readOnly);
        if (!there) {
            throw Refusal.of(ErrorType.NOT_FOUND, "There is no secret \"" + name + "\"");
        }
        x.answerNothing();
    }

    private static Name name(Exchange x) {
        String written = x.parameter("name");
        return Secrets.name(written)
                .orElseThrow(() -> Refusal.field(
                        ErrorType.VALIDATION,
                        "/name",
                        "expected 1 to 64 letters, digits, - or _, a letter first",
                        "\"" + written + "\""));
    }

    private static Refusal readOnly() {
        return Refusal.of(
                ErrorType.UNSUPPORTED,
                "No secret store is configured that can be written to; the plugin secrets-file has one");
    }
}
