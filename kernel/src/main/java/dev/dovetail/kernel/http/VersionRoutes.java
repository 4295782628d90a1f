package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Alias;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.catalog.Entry;
import dev.dovetail.kernel.catalog.Version;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.schema.Schemas;
import io.helidon.http.HeaderNames;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Versions and aliases of a function. */
final class VersionRoutes {
    private static final long SMALL = 64 * 1024;
    private static final String FUNCTION = "/api/v1/functions/{name}";
    private static final String ALL = FUNCTION + "/versions";
    private static final String ONE = ALL + "/{version}";
    private static final String ALIASES = FUNCTION + "/aliases";
    private static final String ALIAS = ALIASES + "/{alias}";

    private final Catalog catalog;
    private final Views views;
    private final Schemas schemas;

    VersionRoutes(Catalog catalog, Views views, Schemas schemas) {
        this.catalog = catalog;
        this.views = views;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add(
                "POST",
                ALL,
                Permission.DEPLOY,
                FunctionRoutes.DEPLOY,
                "Add a version and publish it",
                "Version",
                this::add);
        router.add("GET", ALL, Permission.READ, 0, "List a function's versions, newest first", this::list);
        router.add("GET", ONE, Permission.READ, 0, "Show a version", this::show);
        router.add("DELETE", ONE, Permission.DEPLOY, 0, "Delete a version that nothing leads to", this::delete);
        router.add("GET", ONE + "/diff", Permission.READ, 0, "Compare the settings of two versions", this::difference);
        router.add(
                "POST",
                ONE + ":publish",
                Permission.DEPLOY,
                SMALL,
                "Make a draft callable",
                "Reason",
                (x, dryRun) -> move(x, Version.State.ACTIVE, dryRun));
        router.add(
                "POST",
                ONE + ":enable",
                Permission.DEPLOY,
                SMALL,
                "Make a disabled version callable",
                "Reason",
                (x, dryRun) -> move(x, Version.State.ACTIVE, dryRun));
        router.add(
                "POST",
                ONE + ":disable",
                Permission.DEPLOY,
                SMALL,
                "Make a version not callable",
                "Reason",
                (x, dryRun) -> move(x, Version.State.DISABLED, dryRun));
        router.add(
                "POST",
                ONE + ":archive",
                Permission.DEPLOY,
                SMALL,
                "Put a version away",
                "Reason",
                (x, dryRun) -> move(x, Version.State.ARCHIVED, dryRun));
        router.add(
                "POST",
                ONE + ":deprecate",
                Permission.DEPLOY,
                SMALL,
                "Warn callers off a version",
                "Deprecation",
                (x, dryRun) -> move(x, Version.State.DEPRECATED, dryRun));
        router.addHarmless(
                ONE + ":validate",
                Permission.READ,
                SMALL,
                "Have the executor look at a version again",
                Optional.empty(),
                "What the executor finds is told, and not kept",
                this::validate);
        router.add("POST", ALIASES, Permission.RELEASE, SMALL, "Add an alias", "Alias", this::addAlias);
        router.add("GET", ALIASES, Permission.READ, 0, "List a function's aliases", this::listAliases);
        router.add("GET", ALIAS, Permission.READ, 0, "Show an alias", x -> x.answer(200, views.alias(alias(x))));
        router.add("PUT", ALIAS, Permission.RELEASE, SMALL, "Move an alias", "Alias", this::moveAlias);
        router.add("DELETE", ALIAS, Permission.RELEASE, 0, "Delete an alias", this::deleteAlias);
        router.add("GET", ALIAS + ":explain", Permission.READ, 0, "Show which version a key gets", this::explain);
    }

    private void add(Exchange x, boolean dryRun) throws Exception {
        FunctionRoutes.Upload upload = FunctionRoutes.Upload.of(x);
        Catalog.Changed changed = catalog.addVersion(
                x.principal(), x.parameter("name"), upload.body(), upload.archive(), x.flag("draft"), dryRun);
        ObjectNode json = changed.entry().newest().map(views::version).orElseGet(schemas::object);
        views.warnings(json, changed.warnings());
        if (dryRun) {
            x.answer(200, json.put("dryRun", true));
        } else {
            x.header(HeaderNames.LOCATION, ALL.replace("{name}", x.parameter("name")) + "/" + json.get("version"));
            x.answer(201, json);
        }
    }

    private void list(Exchange x) {
        Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
        String cursor = Cursors.read(x);
        int before = cursor.isEmpty() ? Integer.MAX_VALUE : Cursors.number(cursor);
        int limit = x.limit();
        List<Deployed> rest = entry.versions().reversed().stream()
                .filter(each -> each.version().number() < before)
                .toList();
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        rest.stream().limit(limit).forEach(each -> items.add(views.version(each)));
        Cursors.write(
                x,
                json,
                rest.size() > limit ? Optional.of(rest.get(limit - 1).version().number() + "") : Optional.empty());
        x.answer(200, json);
    }

    private Deployed version(Exchange x) {
        return catalog.require(x.principal().tenant(), x.parameter("name"), x.parameter("version"));
    }

    private void show(Exchange x) {
        x.answer(200, views.version(version(x)));
    }

    private void validate(Exchange x) throws Exception {
        Deployed version = version(x);
        ObjectNode json = schemas.object()
                .put("function", version.function().name().text())
                .put("version", version.version().number());
        views.findings(json, catalog.findings(version));
        x.answer(200, json);
    }

    private void delete(Exchange x, boolean dryRun) throws Exception {
        catalog.deleteVersion(x.principal(), x.parameter("name"), x.parameter("version"), dryRun);
        x.answerNothing();
    }

    private void difference(Exchange x) {
        Deployed one = version(x);
        String other = x.query("with")
                .orElseThrow(() -> Refusal.field(ErrorType.MALFORMED, "?with", "expected a version", "nothing"));
        Deployed two = catalog.require(x.principal().tenant(), x.parameter("name"), other);
        ObjectNode json = schemas.object()
                .put("version", one.version().number())
                .put("with", two.version().number());
        ObjectNode before = views.version(one);
        ObjectNode after = views.version(two);
        ArrayNode changes = json.putArray("changes");
        before.propertyNames().stream().sorted(Comparator.naturalOrder()).forEach(key -> {
            JsonNode there = after.path(key);
            if (!before.get(key).equals(there)) {
                ObjectNode change = changes.addObject().put("path", "/" + key);
                change.set("from", before.get(key));
                change.set("to", there.isMissingNode() ? schemas.parse("null") : there);
            }
        });
        x.answer(200, json);
    }

    private void move(Exchange x, Version.State to, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        Optional<Version.Deprecation> why = to == Version.State.DEPRECATED
                ? Optional.of(new Version.Deprecation(
                        body.path("reason").stringValue(""),
                        Optional.ofNullable(body.path("successor").stringValue(null)),
                        Optional.ofNullable(body.path("sunset").stringValue(null))
                                .map(VersionRoutes::instant)))
                : Optional.empty();
        int number = version(x).version().number(); // what $LATEST means may be another one afterwards
        Catalog.Changed changed = catalog.transition(x.principal(), x.parameter("name"), "v" + number, to, why, dryRun);
        ObjectNode json = views.version(changed.entry().find(number).orElseThrow());
        x.answer(200, dryRun ? json.put("dryRun", true) : json);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/sunset",
                    "expected a time such as 2027-01-31T00:00:00Z",
                    "\"" + text + "\"");
        }
    }

    private void addAlias(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        Entry entry = catalog.putAlias(x.principal(), x.parameter("name"), Optional.empty(), body, dryRun);
        String name = body.path("name").stringValue("");
        if (dryRun) {
            x.answer(200, schemas.object().put("dryRun", true).put("name", name));
            return;
        }
        x.header(HeaderNames.LOCATION, ALIASES.replace("{name}", x.parameter("name")) + "/" + name);
        x.answer(201, views.alias(entry.aliases().get(name)));
    }

    private void moveAlias(Exchange x, boolean dryRun) throws Exception {
        String name = x.parameter("alias");
        Entry entry = catalog.putAlias(x.principal(), x.parameter("name"), Optional.of(name), x.json(), dryRun);
        if (dryRun) {
            x.answer(200, schemas.object().put("dryRun", true).put("name", name));
            return;
        }
        x.answer(200, views.alias(entry.aliases().get(name)));
    }

    private void listAliases(Exchange x) {
        Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        entry.aliases().values().stream()
                .sorted(Comparator.comparing(Alias::name))
                .forEach(each -> items.add(views.alias(each)));
        x.answer(200, Cursors.whole(x, json));
    }

    private Alias alias(Exchange x) {
        Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
        return Optional.ofNullable(entry.aliases().get(x.parameter("alias")))
                .orElseThrow(() -> Refusal.of(
                        ErrorType.NOT_FOUND,
                        "The function \"" + entry.function().name() + "\" has no alias \"" + x.parameter("alias")
                                + "\"; it has "
                                + entry.aliases().keySet().stream().sorted().toList()));
    }

    private void deleteAlias(Exchange x, boolean dryRun) throws Exception {
        catalog.deleteAlias(x.principal(), x.parameter("name"), x.parameter("alias"), dryRun);
        x.answerNothing();
    }

    private void explain(Exchange x) {
        Alias alias = alias(x);
        Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
        ObjectNode json = schemas.object().put("alias", alias.name());
        ObjectNode weights = json.putObject("weights");
        alias.weights().forEach((version, weight) -> weights.put(version.toString(), weight));
        Optional<String> key = x.query("key");
        if (key.isPresent()) {
            json.put("key", key.get())
                    .put("version", catalog.choice(entry, alias, key))
                    .put("why", "the same key always gets the same version, as long as the weights stay");
        } else {
            json.put("why", "without a key each call chooses anew, by the weights");
        }
        x.answer(200, json);
    }
}
