package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Entry;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Functions: created, listed, changed, deleted. */
final class FunctionRoutes {
    static final long DEPLOY = 70L * 1024 * 1024;
    private static final long SMALL = 256 * 1024;
    private static final String ALL = "/api/v1/functions";
    private static final String ONE = ALL + "/{name}";

    private final Catalog catalog;
    private final Views views;
    private final Schemas schemas;
    private final Runs runs;

    FunctionRoutes(Catalog catalog, Runs runs, Views views, Schemas schemas) {
        this.catalog = catalog;
        this.runs = runs;
        this.views = views;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add("POST", ALL, Permission.DEPLOY, DEPLOY, "Create a function", "Function", this::create);
        router.add("GET", ALL, Permission.READ, 0, "List functions", this::list);
        router.add("GET", ONE, Permission.READ, 0, "Show a function", this::show);
        router.add(
                "PUT",
                ONE,
                Permission.DEPLOY,
                DEPLOY,
                "Replace a function's settings",
                "FunctionChange",
                (x, dryRun) -> change(x, true, dryRun));
        router.add(
                "PATCH",
                ONE,
                Permission.DEPLOY,
                DEPLOY,
                "Change a function",
                "FunctionChange",
                (x, dryRun) -> change(x, false, dryRun));
        router.add("DELETE", ONE, Permission.DEPLOY, 0, "Delete a function softly", this::delete);
        router.add("GET", ONE + "/effective", Permission.READ, 0, "Show what a call would run with", this::effective);
        router.add("GET", ONE + "/manifest", Permission.READ, 0, "Show what a function is to others", this::manifest);
        router.add(
                "PUT",
                ONE + "/environment",
                Permission.DEPLOY,
                SMALL,
                "Set the environment, as a new version",
                "Environment",
                this::environment);
        router.add(
                "PUT",
                ONE + "/secrets",
                Permission.DEPLOY,
                SMALL,
                "Set which secrets the code may read, as a new version",
                "Secrets",
                (x, dryRun) -> part(x, "secrets", dryRun));
        router.add(
                "PUT",
                ONE + "/layers",
                Permission.DEPLOY,
                SMALL,
                "Set the layers, as a new version",
                "Layers",
                (x, dryRun) -> part(x, "layers", dryRun));
        router.add(
                "PUT",
                ONE + "/scaling",
                Permission.DEPLOY,
                SMALL,
                "Set how many instances are kept",
                "Scaling",
                this::scaling);
        router.add(
                "PUT",
                ONE + "/concurrency",
                Permission.DEPLOY,
                SMALL,
                "Set how many calls may be under way",
                "Concurrency",
                this::concurrency);
    }

    private void create(Exchange x, boolean dryRun) throws Exception {
        Upload upload = Upload.of(x);
        Catalog.Changed made = catalog.create(x.principal(), upload.body(), upload.archive(), dryRun);
        ObjectNode json = views.function(made.entry());
        views.warnings(json, made.warnings());
        if (dryRun) {
            x.answer(200, json.put("dryRun", true));
        } else {
            x.header(HeaderNames.LOCATION, ALL + "/" + made.entry().function().name());
            x.answer(201, json);
        }
    }

    private void list(Exchange x) {
        Predicate<Entry> fits = entry -> true;
        fits = with(
                fits,
                x.query("runtime"),
                (entry, runtime) -> entry.newest()
                        .filter(newest -> newest.version().runtime().equals(runtime))
                        .isPresent());
        fits = with(
                fits, x.query("kind"), (entry, kind) -> entry.function().kind().equals(kind));
        fits = with(
                fits,
                x.query("search"),
                (entry, text) -> (entry.function().name() + " "
                                + entry.function().title() + " "
                                + entry.function().description())
                        .toLowerCase(java.util.Locale.ROOT)
                        .contains(text.toLowerCase(java.util.Locale.ROOT)));
        fits = with(
                fits,
                x.query("status"),
                (entry, status) -> entry.newest()
                        .filter(newest -> newest.version().state().word().equals(status))
                        .isPresent());
        for (String tag : x.queries("tag")) {
            fits = with(fits, Optional.of(tag), FunctionRoutes::tagged);
        }
        Catalog.Listed listed = catalog.list(x.principal().tenant(), fits, Cursors.read(x), x.limit());
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        listed.entries().forEach(entry -> items.add(views.function(entry)));
        Cursors.write(x, json, listed.next());
        x.answer(200, json);
    }

    private static boolean tagged(Entry entry, String tag) {
        int colon = tag.indexOf(':');
        String key = colon < 0 ? tag : tag.substring(0, colon);
        String value = entry.function().tags().get(key);
        return value != null && (colon < 0 || value.equals(tag.substring(colon + 1)));
    }

    private interface Fit {
        boolean test(Entry entry, String value);
    }

    private static Predicate<Entry> with(Predicate<Entry> fits, Optional<String> value, Fit fit) {
        return value.map(text -> fits.and(entry -> fit.test(entry, text))).orElse(fits);
    }

    private void show(Exchange x) {
        x.answer(200, views.function(catalog.require(x.principal().tenant(), x.parameter("name"))));
    }

    private void change(Exchange x, boolean replace, boolean dryRun) throws Exception {
        answerChange(x, catalog.change(x.principal(), x.parameter("name"), x.json(), replace, dryRun), dryRun);
    }

    private void answerChange(Exchange x, Catalog.Changed changed, boolean dryRun) {
        ObjectNode json = views.function(changed.entry());
        views.warnings(json, changed.warnings());
        if (dryRun) {
            json.put("dryRun", true);
        }
        x.answer(200, json);
    }

    private void environment(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        ObjectNode change = schemas.object();
        change.set("environment", body.has("variables") ? body.get("variables") : body);
        answerChange(x, catalog.change(x.principal(), x.parameter("name"), change, false, dryRun), dryRun);
    }

    /** A list that is sent by itself, or as the field of that name. */
    private void part(Exchange x, String field, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        ObjectNode change = schemas.object();
        change.set(field, body.isObject() && body.has(field) ? body.get(field) : body);
        answerChange(x, catalog.change(x.principal(), x.parameter("name"), change, false, dryRun), dryRun);
    }

    private void scaling(Exchange x, boolean dryRun) throws Exception {
        ObjectNode change = schemas.object();
        change.set("scaling", x.json());
        answerChange(x, catalog.change(x.principal(), x.parameter("name"), change, false, dryRun), dryRun);
    }

    private void concurrency(Exchange x, boolean dryRun) throws Exception {
        ObjectNode change = ConcurrencyBody.of(x.json(), schemas);
        answerChange(x, catalog.change(x.principal(), x.parameter("name"), change, false, dryRun), dryRun);
    }

    private void delete(Exchange x, boolean dryRun) throws Exception {
        Entry entry = catalog.require(x.principal().tenant(), x.parameter("name"));
        if (!x.flag("force")) {
            refuseInFlight(entry);
        }
        if (dryRun) {
            x.answer(200, views.function(entry).put("dryRun", true));
            return;
        }
        catalog.delete(x.principal(), x.parameter("name"));
        x.answerNothing();
    }

    private void refuseInFlight(Entry entry) {
        long calls = runs.underWay().stream()
                .filter(work ->
                        work.version().id().tenant().equals(entry.function().tenant())
                                && work.version()
                                        .id()
                                        .function()
                                        .equals(entry.function().name()))
                .count();
        if (calls > 0) {
            throw Refusal.of(
                            ErrorType.IN_FLIGHT,
                            "\"" + entry.function().name() + "\" has " + (calls == 1 ? "a call" : calls + " calls")
                                    + " under way; wait for it to end, or delete it with ?force=true and let it end")
                    .with("executions", (int) calls);
        }
    }

    private void manifest(Exchange x) {
        x.answer(200, views.manifest(catalog.resolve(x.principal().tenant(), x.parameter("name"), Wishes.of(x))));
    }

    private void effective(Exchange x) throws InterruptedException {
        var version = catalog.resolve(x.principal().tenant(), x.parameter("name"), Wishes.of(x));
        ObjectNode json = views.version(version);
        json.put("maxConcurrent", version.maxConcurrent());
        json.put("executor", catalog.offer(version).slot().text());
        json.put("plugin", catalog.offer(version).plugin());
        json.put(
                "isolation",
                catalog.isolation(version)
                        .map(level -> level.name().toLowerCase(Locale.ROOT))
                        .orElse("interpreter"));
        x.answer(200, json);
    }

    /**
     * What was sent to deploy: JSON alone, or an archive with JSON beside it.
     *
     * @param archive the bytes of a ZIP, if they came as such
     */
    record Upload(JsonNode body, Optional<byte[]> archive) {
        static Upload of(Exchange x) throws IOException {
            byte[] bytes = x.body();
            return switch (x.mediaType()) {
                case "multipart/form-data" -> Multipart.of(x, bytes);
                case "application/zip" -> {
                    ObjectNode body = x.schemas().object();
                    for (String each : java.util.List.of("name", "runtime", "handler", "description")) {
                        x.query(each).ifPresent(value -> body.put(each, value));
                    }
                    yield new Upload(body, Optional.of(bytes));
                }
                case "", "application/json", "application/x-www-form-urlencoded" ->
                    new Upload(x.parse(bytes), Optional.empty());
                default ->
                    throw Refusal.of(
                            ErrorType.UNSUPPORTED_MEDIA_TYPE,
                            "The body is \"" + x.mediaType()
                                    + "\"; expected application/json, application/zip or multipart/form-data");
            };
        }
    }
}
