package dev.dovetail.kernel.http;

import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.schema.Schemas;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who did what. */
final class AuditRoutes {
    private static final String ALL = "/api/v1/audit";
    private static final List<String> FILTERS = List.of("event", "actor", "correlationId", "executionId");

    private final Audit audit;
    private final Schemas schemas;
    private final InstantSource clock;

    AuditRoutes(Audit audit, Schemas schemas, InstantSource clock) {
        this.audit = audit;
        this.schemas = schemas;
        this.clock = clock;
    }

    void addTo(Router router) {
        router.add("GET", ALL, Permission.ADMINISTER, 0, "Search who did what, newest first", this::list);
        router.add(
                "GET", ALL + ":verify", Permission.ADMINISTER, 0, "Check that nothing of it was changed", this::verify);
    }

    private void list(Exchange x) throws Exception {
        Map<String, String> wanted = FILTERS.stream()
                .flatMap(name -> Stream.ofNullable(x.query(name).orElse(null)).map(value -> Map.entry(name, value)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Predicate<JsonNode> fits = entry -> wanted.entrySet().stream()
                .allMatch(each -> entry.path(each.getKey()).stringValue("").equals(each.getValue()));
        Audit.Found found = audit.list(
                x.principal().tenant(),
                HistoryRoutes.time(x, "since").orElse(Instant.EPOCH),
                HistoryRoutes.until(x, "since", "until").orElse(Instant.MAX),
                fits,
                Cursors.read(x),
                x.limit());
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        found.entries().forEach(entry -> items.add(((ObjectNode) entry).without("schema")));
        Cursors.write(x, json, found.next());
        x.answer(200, json);
    }

    private void verify(Exchange x) throws Exception {
        Instant since = HistoryRoutes.time(x, "since").orElse(clock.instant().minus(Duration.ofDays(1)));
        Audit.Verified verified = audit.verify(x.principal().tenant(), since);
        ObjectNode json = schemas.object()
                .put("since", since.toString())
                .put("intact", verified.broken().isEmpty())
                .put("entries", verified.checked())
                .put("chains", verified.chains());
        ArrayNode broken = json.putArray("broken");
        verified.broken()
                .forEach(flaw -> broken.addObject().put("id", flaw.id()).put("why", flaw.why()));
        x.answer(200, json);
    }
}
