package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What can be done to functions, versions and aliases. */
final class Edits {
    private static final Set<String> OF_THE_FUNCTION =
            Set.of("title", "description", "tags", "maxConcurrent", "scaling");
    static final int MOST_VERSIONS = 100;
    static final int DEFAULT_CONCURRENT = 100;
    private static final Duration RETENTION = Duration.ofDays(90);

    private final Ledger ledger;
    private final Deploys deploys;
    private final Shapes shapes;
    private final InstantSource clock;

    Edits(Ledger ledger, Deploys deploys, Shapes shapes, InstantSource clock) {
        this.ledger = ledger;
        this.deploys = deploys;
        this.shapes = shapes;
        this.clock = clock;
    }

    Catalog.Changed create(Principal by, JsonNode given, Optional<byte[]> archive, boolean dryRun)
            throws InterruptedException {
        ObjectNode body = shapes.function(given);
        Name name = Name.of(body.get("name").stringValue());
        Instant now = clock.instant();
        String kind = body.path("kind").stringValue("function");
        Function function = new Function(
                by.tenant(),
                name,
                kind,
                body.path("title").stringValue(""),
                body.path("description").stringValue(""),
                tags(body).orElse(Map.of()),
                gtsId(body, name),
                by.id(),
                0,
                body.path("maxConcurrent").intValue(DEFAULT_CONCURRENT),
                Scalings.of(body.path("scaling"), Scaling.USUAL),
                now,
                now,
                Optional.empty());
        Entry empty = new Entry(function, 0, List.of(), Map.of());
        ledger.refuseTaken(function);
        if (ledger.find(by.tenant(), name).filter(entry -> !entry.deleted()).isPresent()) {
            throw Refusal.of(
                    ErrorType.CONFLICT,
                    "There is a function \"" + name + "\" already; add a version to it with POST /api/v1/functions/"
                            + name + "/versions");
        }
        var ready = deploys.prepare(
                new Deploys.Order(by.tenant(), name, kind, function.gtsId(), body, archive, by.id(), now),
                Optional.empty(),
                !dryRun);
        List<dev.dovetail.spi.executor.Problem> warnings =
                ready.map(Deploys.Ready::warnings).orElse(List.of());
        if (dryRun) {
            return new Catalog.Changed(empty, warnings);
        }
        Entry made = ledger.add(
                by.tenant(),
                name,
                draft -> ready.map(it -> add(draft, it, false, Optional.empty(), now))
                        .orElse(draft),
                empty);
        return new Catalog.Changed(made, warnings);
    }

    private Draft add(Draft draft, Deploys.Ready ready, boolean asDraft, Optional<Deployed> newest, Instant now) {
        int number = draft.function().newest() + 1;
        return draft.put(draft.function().touched(number, now))
                .put(ready.numbered(number, asDraft, newest, deploys))
                .claiming(ready.claim());
    }

    Catalog.Changed change(Principal by, Entry entry, JsonNode given, boolean replace, boolean dryRun)
            throws InterruptedException {
        ObjectNode body = shapes.change(given);
        boolean makesVersion = body.propertyNames().stream().anyMatch(key -> !OF_THE_FUNCTION.contains(key));
        Instant now = clock.instant();
        Optional<Deploys.Ready> ready =
                makesVersion ? Optional.of(prepare(by, entry, body, Optional.empty(), !dryRun, now)) : Optional.empty();
        List<dev.dovetail.spi.executor.Problem> warnings =
                ready.map(Deploys.Ready::warnings).orElse(List.of());
        Entry changed = ledger.change(by.tenant(), entry.function().name(), dryRun, draft -> {
            Function was = draft.function();
            Function is = was.described(
                    body.path("title").stringValue(replace ? "" : was.title()),
                    body.path("description").stringValue(replace ? "" : was.description()),
                    tags(body).orElse(replace ? Map.of() : was.tags()),
                    body.path("maxConcurrent").intValue(replace ? DEFAULT_CONCURRENT : was.maxConcurrent()),
                    Scalings.of(body.path("scaling"), replace ? Scaling.USUAL : was.scaling()),
                    now);
            draft.put(is);
            return ready.map(it -> cleaned(add(draft, it, false, draft.before().newest(), now)))
                    .orElse(draft);
        });
        return new Catalog.Changed(changed, warnings);
    }

    Catalog.Changed addVersion(
            Principal by, Entry entry, JsonNode given, Optional<byte[]> archive, boolean asDraft, boolean dryRun)
            throws InterruptedException {
        ObjectNode body = shapes.version(given);
        Instant now = clock.instant();
        Deploys.Ready ready = prepare(by, entry, body, archive, !dryRun, now);
        Entry changed = ledger.change(
                by.tenant(),
                entry.function().name(),
                dryRun,
                draft -> cleaned(add(draft, ready, asDraft, draft.before().newest(), now)));
        return new Catalog.Changed(changed, ready.warnings());
    }

    <T> T tried(Principal by, Entry entry, JsonNode given, Optional<byte[]> archive, Catalog.Trial<T> trial)
            throws InterruptedException {
        return deploys.tried(order(by, entry, shapes.version(given), archive, clock.instant()), entry, trial);
    }

    static Refusal noCode() {
        return Refusal.field(
                ErrorType.VALIDATION, "/code", "the function has no version yet: expected code", "nothing");
    }

    private static Deploys.Order order(
            Principal by, Entry entry, ObjectNode body, Optional<byte[]> archive, Instant now) {
        Function function = entry.function();
        return new Deploys.Order(
                by.tenant(), function.name(), function.kind(), function.gtsId(), body, archive, by.id(), now);
    }

    private Deploys.Ready prepare(
            Principal by, Entry entry, ObjectNode body, Optional<byte[]> archive, boolean keep, Instant now)
            throws InterruptedException {
        return deploys.prepare(order(by, entry, body, archive, now), entry.newest(), keep)
                .orElseThrow(Edits::noCode);
    }

    /** Makes room for a version by removing the oldest that nobody is led to. */
    private static Draft cleaned(Draft draft) {
        List<Deployed> versions = draft.before().versions();
        if (versions.size() < MOST_VERSIONS) {
            return draft;
        }
        Deployed oldest = versions.stream()
                .filter(each -> inUse(draft.before(), each).isEmpty())
                .findFirst()
                .orElseThrow(() -> Refusal.of(
                        ErrorType.QUOTA_EXCEEDED,
                        "The function has " + MOST_VERSIONS + " versions, which is the most, and aliases lead to all of"
                                + " them"));
        return draft.removeVersion(oldest.version().number());
    }

    /** What leads to a version, in words. */
    private static Optional<String> inUse(Entry entry, Deployed deployed) {
        int number = deployed.version().number();
        Optional<String> alias = entry.aliases().values().stream()
                .filter(each -> each.weights().containsKey(number))
                .map(each -> "the alias \"" + each.name() + "\" leads to it")
                .findFirst();
        return alias.or(() ->
                entry.active().filter(active -> active == deployed).map(active -> "it is the newest active version"));
    }

    private static String gtsId(ObjectNode body, Name name) {
        if (!body.has("gtsId")) {
            return GtsName.of(name.text(), "1.0");
        }
        GtsName given = GtsName.given(body.get("gtsId").stringValue());
        return given.of(given.first());
    }

    Catalog.Changed transition(Deployed deployed, Version.State to, Optional<Version.Deprecation> why, boolean dryRun)
            throws InterruptedException {
        Function function = deployed.function();
        int number = deployed.version().number();
        Instant now = clock.instant();
        Entry changed = ledger.change(function.tenant(), function.name(), dryRun, draft -> {
            Deployed current =
                    draft.before().find(number).orElseThrow(() -> Resolver.noVersion(draft.before(), "v" + number));
            Version version = current.version();
            if (!version.state().leadsTo(to)) {
                throw Refusal.of(
                                ErrorType.CONFLICT,
                                "Version " + version.text() + " is "
                                        + version.state().word() + ", which does not lead to " + to.word())
                        .with("currentState", version.state().word());
            }
            if (!to.callable()) {
                refuseIfAliased(draft.before(), current, to.word());
            }
            Optional<Instant> published = to == Version.State.ACTIVE
                    ? version.publishedAt().or(() -> Optional.of(now))
                    : version.publishedAt();
            return draft.put(draft.function().touched(draft.function().newest(), now))
                    .put(version.in(
                            to,
                            published,
                            to == Version.State.ACTIVE ? Optional.empty() : why.or(version::deprecation)));
        });
        return new Catalog.Changed(changed, List.of());
    }

    private static void refuseIfAliased(Entry entry, Deployed deployed, String what) {
        int number = deployed.version().number();
        entry.aliases().values().stream()
                .filter(each -> each.weights().containsKey(number))
                .findFirst()
                .ifPresent(alias -> {
                    throw Refusal.of(
                            ErrorType.CONFLICT,
                            "Version v" + number + " cannot become " + what + ": the alias \"" + alias.name()
                                    + "\" leads to it; move the alias first");
                });
    }

    void deleteVersion(Entry entry, Deployed deployed, boolean dryRun) throws InterruptedException {
        ledger.change(entry.function().tenant(), entry.function().name(), dryRun, draft -> {
            Deployed current = draft.before()
                    .find(deployed.version().number())
                    .orElseThrow(() -> Resolver.noVersion(
                            draft.before(), deployed.version().text()));
            inUse(draft.before(), current).ifPresent(why -> {
                throw Refusal.of(
                        ErrorType.CONFLICT, "Version " + current.version().text() + " cannot be deleted: " + why);
            });
            return draft.put(draft.function().touched(draft.function().newest(), clock.instant()))
                    .removeVersion(current.version().number());
        });
    }

    Entry delete(Principal by, Entry entry) throws InterruptedException {
        Instant now = clock.instant();
        return ledger.change(
                by.tenant(),
                entry.function().name(),
                false,
                draft -> draft.put(draft.function()
                        .deletedAt(Optional.of(new Function.Deleted(now, by.id(), now.plus(RETENTION))), now)));
    }

    Entry putAlias(Entry entry, Optional<String> alias, JsonNode given, boolean dryRun) throws InterruptedException {
        ObjectNode body = shapes.alias(given);
        String name = alias.orElseGet(() -> body.path("name").stringValue(""));
        if (name.isEmpty()
                || alias.isPresent() && !body.path("name").stringValue(name).equals(name)) {
            throw Refusal.field(ErrorType.VALIDATION, "/name", "expected the alias's name", body.path("name") + "");
        }
        Instant now = clock.instant();
        return ledger.change(
                entry.function().tenant(),
                entry.function().name(),
                dryRun,
                draft -> Aliases.put(draft, name, body, alias.isEmpty(), now));
    }

    Entry deleteAlias(Entry entry, String alias, boolean dryRun) throws InterruptedException {
        return ledger.change(entry.function().tenant(), entry.function().name(), dryRun, draft -> {
            if (!draft.before().aliases().containsKey(alias)) {
                throw Resolver.noVersion(draft.before(), alias);
            }
            return draft.removeAlias(alias);
        });
    }

    static Optional<Map<String, String>> tags(ObjectNode body) {
        if (!body.has("tags")) {
            return Optional.empty();
        }
        Map<String, String> tags = new HashMap<>();
        body.get("tags")
                .properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().stringValue()));
        return Optional.of(tags);
    }
}
