package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.http.Histories.Filter;
import dev.dovetail.kernel.http.Histories.Page;
import dev.dovetail.kernel.http.Histories.Row;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Executions and jobs, searched. */
final class SearchRoutes {
    private static final int MOST_PAGES = 20;
    /** What takes longer goes on in the next page. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private static final int PAGE = 100;

    private final Histories histories;
    private final Durable durable;
    private final ShownViews shownViews;
    private final Views views;
    private final Schemas schemas;
    private final InstantSource clock;

    SearchRoutes(
            Histories histories,
            Durable durable,
            ShownViews shownViews,
            Views views,
            Schemas schemas,
            InstantSource clock) {
        this.histories = histories;
        this.durable = durable;
        this.shownViews = shownViews;
        this.views = views;
        this.schemas = schemas;
        this.clock = clock;
    }

    void addTo(Router router) {
        router.add(
                "GET", "/api/v1/executions", Permission.READ, 0, "Search executions, newest first", this::executions);
        router.add("GET", "/api/v1/jobs", Permission.READ, 0, "List jobs, newest first", this::jobs);
    }

    private void executions(Exchange x) throws Exception {
        Page page = histories.page(
                tenant(x),
                filter(
                        x,
                        Given.one(List.of(Given.inQuery(x, "function"), Given.inQuery(x, "functionName"))),
                        "correlationId",
                        "since",
                        "until",
                        false),
                Cursors.read(x),
                x.limit());
        List<ObjectNode> items = new ArrayList<>();
        page.rows().forEach(row -> items.add(execution(row)));
        answer(x, items, page.next(), page.partial());
    }

    private ObjectNode execution(Row row) {
        return switch (row) {
            case Row.Running(var work) -> views.running(work);
            case Row.Open(var shown) -> shownViews.summary(shown);
            case Row.Ended(var execution) -> views.summary(execution);
        };
    }

    private void jobs(Exchange x) throws Exception {
        Filter filter = filter(x, x.query("method"), "correlation_id", "created_after", "created_before", true);
        Optional<String> client = x.query("client_id");
        int limit = x.limit();
        List<ObjectNode> items = new ArrayList<>();
        String cursor = Cursors.read(x);
        Optional<String> next = Optional.of(cursor);
        boolean partial = false;
        long until = System.nanoTime() + LONGEST.toNanos();
        for (int pages = 0; items.size() < limit && next.isPresent(); pages++) {
            if (pages == MOST_PAGES || pages > 0 && System.nanoTime() > until) {
                partial = true;
                break;
            }
            // a client's name is in the order and not in the record, so more are looked at than are shown
            Page page = histories.page(tenant(x), filter, next.get(), client.isPresent() ? PAGE : limit - items.size());
            next = page.next();
            for (Row row : page.rows()) {
                Optional<Shown> shown = shown(x, row)
                        .filter(each ->
                                client.isEmpty() || each.order().clientId().equals(client));
                shown.ifPresent(each -> items.add(shownViews.job(each)));
                if (items.size() == limit) {
                    boolean last = row == page.rows().getLast() && next.isEmpty();
                    next = last ? Optional.empty() : Optional.of(row.id());
                    break;
                }
            }
            partial = page.partial();
            if (partial) {
                break; // as much as may be was looked at already
            }
        }
        answer(x, items, next, partial);
    }

    /** What the record tells too little of; one of which nothing more is kept is not shown. */
    private Optional<Shown> shown(Exchange x, Row row) throws InterruptedException {
        return switch (row) {
            case Row.Running _ -> Optional.empty();
            case Row.Open(var shown) -> Optional.of(shown);
            case Row.Ended(var execution) -> durable.find(x.principal().tenant(), execution.id());
        };
    }

    private void answer(Exchange x, List<ObjectNode> found, Optional<String> next, boolean partial) {
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        found.forEach(items::add);
        Cursors.write(x, json, next);
        if (partial) {
            json.put("partial", true);
        }
        x.answer(200, json);
    }

    /** The caller's own; a wish for another one is refused in words. */
    private static Name tenant(Exchange x) {
        Name own = x.principal().tenant();
        x.query("tenant").filter(text -> !text.equals(own.text())).ifPresent(text -> {
            throw Refusal.of(
                    ErrorType.PERMISSION_DENIED,
                    "?tenant is \"" + text + "\"; the executions of \"" + own + "\" may be seen from here");
        });
        return own;
    }

    private Filter filter(
            Exchange x, Optional<String> named, String correlation, String since, String until, boolean accepted) {
        Optional<Name> function = named.map(text -> Name.find(text)
                .orElseThrow(() -> Refusal.field(
                        ErrorType.MALFORMED,
                        accepted ? "?method" : "?function",
                        "expected a function's name",
                        "\"" + text + "\"")));
        Set<ExecutionStatus> statuses = new HashSet<>();
        x.query("status").ifPresent(text -> {
            for (String each : text.split(",")) {
                statuses.add(ExecutionStatus.find(each)
                        .orElseThrow(() -> Refusal.field(
                                ErrorType.MALFORMED, "?status", "expected " + words(), "\"" + each + "\"")));
            }
        });
        Optional<Instant> from = HistoryRoutes.time(x, since);
        return new Filter(
                function,
                statuses,
                x.query(correlation),
                x.query("initiator"),
                from.orElse(clock.instant().minus(HistoryRoutes.DAYS, ChronoUnit.DAYS)),
                from.orElse(Instant.MIN),
                HistoryRoutes.until(x, since, until).orElse(Instant.MAX),
                accepted);
    }

    private static String words() {
        return Arrays.stream(ExecutionStatus.values())
                        .map(ExecutionStatus::word)
                        .toList() + " or their GTS ids";
    }
}
