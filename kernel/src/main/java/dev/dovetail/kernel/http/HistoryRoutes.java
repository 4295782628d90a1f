package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a function logged, and how its calls went. */
final class HistoryRoutes {
    /** How far back a search goes if it is not told. */
    static final int DAYS = 7;

    private final Records records;
    private final Catalog catalog;
    private final Views views;
    private final Schemas schemas;
    private final InstantSource clock;
    private final LogStreams streams;

    HistoryRoutes(
            Records records, Catalog catalog, Views views, Schemas schemas, InstantSource clock, LogStreams streams) {
        this.records = records;
        this.catalog = catalog;
        this.views = views;
        this.schemas = schemas;
        this.clock = clock;
        this.streams = streams;
    }

    void addTo(Router router) {
        router.add(
                "GET",
                "/api/v1/functions/{name}/logs",
                Permission.READ,
                0,
                "Show what a function logged",
                this::functionLogs);
        router.add(
                "GET",
                "/api/v1/functions/{name}/metrics",
                Permission.READ,
                0,
                "Show counts and times of a function",
                this::metrics);
    }

    /** A moment in the query. */
    static Optional<Instant> time(Exchange x, String name) {
        return x.query(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw Refusal.field(
                        ErrorType.MALFORMED,
                        "?" + name,
                        "expected a time such as 2026-11-21T12:00:00Z",
                        "\"" + text + "\"");
            }
        });
    }

    /**
     * Until when, in the query.
     *
     * @throws Refusal if that is earlier than since when
     */
    static Optional<Instant> until(Exchange x, String since, String until) {
        Optional<Instant> to = time(x, until);
        if (to.isPresent() && time(x, since).filter(to.get()::isBefore).isPresent()) {
            throw Given.contradict(
                    Given.inQuery(x, since).orElseThrow(),
                    Given.inQuery(x, until).orElseThrow(),
                    "expected a stretch of time with ");
        }
        return to;
    }

    private void functionLogs(Exchange x) throws Exception {
        Name function = Name.find(x.parameter("name"))
                .orElseThrow(
                        () -> Refusal.of(ErrorType.NOT_FOUND, "There is no function \"" + x.parameter("name") + "\""));
        Name tenant = x.principal().tenant();
        if (x.flag("follow")) {
            catalog.require(tenant, function.text()); // of what is not there nothing would ever come
            streams.follow(
                    x, each -> each.tenant().equals(tenant) && each.function().equals(function));
            return;
        }
        Records.Found found = records.list(
                tenant,
                Optional.of(function),
                each -> !each.logs().isEmpty(),
                Records.Between.since(time(x, "since").orElse(clock.instant().minus(DAYS, ChronoUnit.DAYS))),
                Cursors.ofHistory(x),
                x.limit());
        if (found.executions().isEmpty()) {
            catalog.require(tenant, function.text()); // of one that was deleted, what there is is shown
        }
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (Execution each : found.executions()) {
            each.logs().forEach(line -> items.add(views.logLine(each, line)));
        }
        Cursors.write(x, json, found.next());
        x.answer(200, json);
    }

    private void metrics(Exchange x) throws Exception {
        Name function = Name.find(x.parameter("name"))
                .orElseThrow(
                        () -> Refusal.of(ErrorType.NOT_FOUND, "There is no function \"" + x.parameter("name") + "\""));
        String window = x.query("window").orElse("PT1H");
        java.time.Duration length;
        try {
            length = java.time.Duration.parse(window);
        } catch (DateTimeParseException e) {
            throw Refusal.field(
                    ErrorType.MALFORMED, "?window", "expected a duration such as PT1H", "\"" + window + "\"");
        }
        List<Execution> seen = records.list(
                        x.principal().tenant(),
                        Optional.of(function),
                        each -> true,
                        Records.Between.since(clock.instant().minus(length)),
                        "",
                        20_000)
                .executions();
        if (seen.isEmpty()) {
            catalog.require(x.principal().tenant(), function.text());
        }
        x.answer(200, Figures.of(schemas.object(), seen, window));
    }
}
