package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lets functions go from one server to another, whole: their versions, code, aliases and settings. Thread-safe. */
public record Transfers(
        Ledger ledger, Deploys deploys, Claims claims, Shapes shapes, Schemas schemas, InstantSource clock) {
    private static final String FORMAT = "dovetail.function";
    private static final List<String> OF_A_VERSION = List.of(
            "runtime",
            "handler",
            "memoryMb",
            "timeoutSeconds",
            "environment",
            "secrets",
            "contract",
            "traits",
            "description");

    /**
     * A function as a bundle. Secrets are in it by their names.
     *
     * @param wanted which versions; aliases that lead to others are left out
     * @throws Refusal if there is more code than a bundle may have
     */
    public byte[] export(Entry entry, Predicate<Deployed> wanted) throws InterruptedException {
        List<Deployed> versions = entry.versions().stream().filter(wanted).toList();
        Map<String, byte[]> archives = new TreeMap<>();
        long left = Bundle.LARGEST;
        for (Deployed each : versions) {
            String digest = each.version().code().hex();
            if (!archives.containsKey(digest)) {
                left -= each.version().codeSize();
                if (left < 0) {
                    throw Refusal.of(
                            ErrorType.PAYLOAD_TOO_LARGE,
                            "The versions' code has more than the " + (Bundle.LARGEST >> 20)
                                    + " MiB that a bundle may have; name those that are wanted: ?version=v1&version=v2");
                }
                archives.put(
                        digest,
                        claims.code().archive(each.id().tenant(), each.version().code()));
            }
        }
        ObjectNode json = schemas.object().put("format", FORMAT).put("schema", 1);
        describe(json.putObject("function"), entry.function());
        ArrayNode list = json.putArray("versions");
        versions.forEach(each -> describe(list.addObject(), each));
        Set<Integer> numbers = new HashSet<>();
        versions.forEach(each -> numbers.add(each.version().number()));
        ArrayNode aliases = json.putArray("aliases");
        new TreeMap<>(entry.aliases())
                .values().stream()
                        .filter(each -> numbers.containsAll(each.weights().keySet()))
                        .forEach(each -> describe(aliases.addObject(), each));
        return new Bundle(json, archives).zip(schemas);
    }

    private void describe(ObjectNode json, Function function) {
        json.put("name", function.name().text())
                .put("kind", function.kind())
                .put("title", function.title())
                .put("description", function.description())
                .put("gtsId", function.gtsId())
                .put("maxConcurrent", function.maxConcurrent());
        ObjectNode tags = json.putObject("tags");
        new TreeMap<>(function.tags()).forEach(tags::put);
        if (!function.scaling().equals(Scaling.USUAL)) {
            function.scaling().json(json.putObject("scaling"));
        }
    }

    private void describe(ObjectNode json, Deployed deployed) {
        Version version = deployed.version();
        json.put("number", version.number())
                .put("status", version.state().word())
                .put("semver", version.semver())
                .put("codeSha256", version.code().hex())
                .put("runtime", version.runtime())
                .put("handler", version.handler())
                .put("memoryMb", version.memoryMb())
                .put("timeoutSeconds", version.timeoutSeconds())
                .put("description", version.description());
        ObjectNode environment = json.putObject("environment");
        new TreeMap<>(version.environment()).forEach(environment::put);
        version.secrets().forEach(json.putArray("secrets")::add);
        ArrayNode layers = json.putArray("layers");
        version.layers()
                .forEach(layer -> layers.addObject()
                        .put("layer", layer.text())
                        .put("sha256", layer.digest().hex()));
        if (!version.contract().isEmpty()) {
            json.set("contract", deployed.contractJson());
        }
        if (!version.traits().isEmpty()) {
            json.set("traits", deployed.traitsJson());
        }
        version.deprecation().ifPresent(why -> {
            ObjectNode deprecation = json.putObject("deprecation").put("reason", why.reason());
            why.successor().ifPresent(successor -> deprecation.put("successor", successor));
            why.sunset().ifPresent(sunset -> deprecation.put("sunset", sunset.toString()));
        });
    }

    private static void describe(ObjectNode json, Alias alias) {
        json.put("name", alias.name())
                .put("description", alias.description())
                .put("provisionedConcurrency", alias.provisioned());
        ObjectNode weights = json.putObject("weights");
        alias.weights().forEach((version, weight) -> weights.put(version.toString(), weight));
    }

    /**
     * Makes the function of a bundle, all of it or nothing. Its versions keep their numbers, unless there were some of this name.
     *
     * @param replace whether a function that is there is given the bundle's versions, aliases and settings too
     * @throws Refusal if it does not fit here, in words
     */
    public Catalog.Changed take(Principal by, byte[] archive, boolean replace, boolean dryRun)
            throws InterruptedException {
        Bundle bundle = Bundle.of(archive, shapes.bundle(), schemas);
        Function function = function(by, (ObjectNode) bundle.document().get("function"));
        ledger.refuseTaken(function);
        Name name = function.name();
        Optional<Entry> there = ledger.find(by.tenant(), name).filter(entry -> !entry.deleted());
        there.ifPresent(entry -> refuseOther(entry.function(), function, replace));
        Arrivals arrivals = new Arrivals(function, arriving(by, function, bundle), bundle.document(), this);
        Optional<Claim> claim = dryRun
                ? Optional.empty()
                : Optional.of(claims.on(by.tenant(), bundle.code().values()));
        Entry empty = new Entry(function, 0, List.of(), Map.of());
        Entry made;
        if (there.isPresent()) {
            made = ledger.change(
                    by.tenant(), name, dryRun, draft -> arrivals.added(draft).claiming(claim));
        } else if (dryRun) {
            made = arrivals.made(new Draft(empty)).after(0, schemas);
        } else {
            made = ledger.add(by.tenant(), name, draft -> arrivals.made(draft).claiming(claim), empty);
        }
        return new Catalog.Changed(made, arrivals.warnings());
    }

    private Function function(Principal by, ObjectNode given) {
        ObjectNode whole = given.deepCopy().put("runtime", "any");
        ObjectNode body = shapes.function(whole);
        var now = clock.instant();
        GtsName gtsId = GtsName.given(body.path("gtsId").stringValue(""));
        return new Function(
                by.tenant(),
                Name.of(body.get("name").stringValue()),
                body.path("kind").stringValue("function"),
                body.path("title").stringValue(""),
                body.path("description").stringValue(""),
                Edits.tags(body).orElse(Map.of()),
                gtsId.of(gtsId.first()),
                by.id(),
                0,
                body.path("maxConcurrent").intValue(Edits.DEFAULT_CONCURRENT),
                Scalings.of(body.path("scaling"), Scaling.USUAL),
                now,
                now,
                Optional.empty());
    }

    private static void refuseOther(Function there, Function coming, boolean replace) {
        if (!replace) {
            throw Refusal.of(
                    ErrorType.CONFLICT,
                    "There is a function \"" + there.name()
                            + "\" already; with ?replace=true the bundle's versions are added to it");
        }
        if (!there.kind().equals(coming.kind())) {
            throw Refusal.of(
                    ErrorType.CONFLICT,
                    "\"" + there.name() + "\" is a " + there.kind() + " here, and a " + coming.kind()
                            + " in the bundle");
        }
    }

    private List<Arrivals.Arriving> arriving(Principal by, Function function, Bundle bundle)
            throws InterruptedException {
        Map<Integer, Arrivals.Arriving> all = new TreeMap<>();
        Set<String> unused = new HashSet<>(bundle.code().keySet());
        for (JsonNode each : bundle.document().get("versions")) {
            int number = each.get("number").intValue();
            String digest = each.get("codeSha256").stringValue();
            byte[] archive = bundle.code().get(digest);
            if (archive == null) {
                throw Bundle.invalid("has no code/" + digest + ".zip, of which version v" + number + " is made");
            }
            unused.remove(digest);
            try {
                if (all.put(number, new Arrivals.Arriving(each, prepared(by, function, each, archive))) != null) {
                    throw Bundle.invalid("has it twice");
                }
            } catch (Refusal e) {
                throw Refusal.of(e.type(), "Version v" + number + ": " + e.detail(), e.problems());
            }
        }
        if (!unused.isEmpty()) {
            throw Bundle.invalid("has code of which no version is made: " + unused);
        }
        return List.copyOf(all.values());
    }

    private Deploys.Ready prepared(Principal by, Function function, JsonNode version, byte[] archive)
            throws InterruptedException {
        ObjectNode body = schemas.object();
        OF_A_VERSION.stream().filter(version::has).forEach(key -> body.set(key, version.get(key)));
        ArrayNode layers = body.putArray("layers");
        version.path("layers").forEach(layer -> layers.add(layer.get("layer").stringValue()));
        Deploys.Order order = new Deploys.Order(
                by.tenant(),
                function.name(),
                function.kind(),
                function.gtsId(),
                shapes.version(body),
                Optional.of(archive),
                by.id(),
                clock.instant());
        Deploys.Ready ready = deploys.prepare(order, Optional.empty(), false).orElseThrow(Edits::noCode);
        String is = ready.version().code().hex();
        if (!is.equals(version.get("codeSha256").stringValue())) {
            throw Refusal.of(
                    ErrorType.DEPLOY, "its runtime \"" + ready.version().runtime() + "\" has other code here: " + is);
        }
        List<Version.Layer> here = ready.version().layers();
        for (int i = 0; i < here.size(); i++) {
            if (!here.get(i)
                    .digest()
                    .hex()
                    .equals(version.at("/layers/" + i + "/sha256").stringValue(""))) {
                throw Refusal.of(ErrorType.DEPLOY, "the layer " + here.get(i).text() + " has other files here");
            }
        }
        return ready;
    }
}
