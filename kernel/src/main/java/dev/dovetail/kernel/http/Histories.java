package dev.dovetail.kernel.http;

import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Opened;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.spi.Name;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One list of what runs, what was accepted and is open, and what has ended: newest first, each once, in pages. */
final class Histories {
    private final Durable durable;
    private final Records records;
    private final Runs runs;

    Histories(Durable durable, Records records, Runs runs) {
        this.durable = durable;
        this.records = records;
        this.runs = runs;
    }

    /** An execution, as far as it is known without its journal. */
    sealed interface Row {
        String id();

        /** A plain call that runs on this node. */
        record Running(Work work) implements Row {
            @Override
            public String id() {
                return work.executionId();
            }
        }

        /** Accepted, and not ended. */
        record Open(Shown shown) implements Row {
            @Override
            public String id() {
                return shown.order().id();
            }
        }

        record Ended(Execution execution) implements Row {
            @Override
            public String id() {
                return execution.id();
            }
        }
    }

    /**
     * What is looked for.
     *
     * @param statuses any, if there is none
     * @param since ended ones that began earlier are not looked for
     * @param openSince nor are open ones that were accepted before this
     * @param accepted whether only what was accepted, and no plain calls
     */
    record Filter(
            Optional<Name> function,
            Set<ExecutionStatus> statuses,
            Optional<String> correlation,
            Optional<String> initiator,
            Instant since,
            Instant openSince,
            Instant until,
            boolean accepted) {

        boolean fits(Row row) {
            return switch (row) {
                case Row.Running(Work it) ->
                    fits(
                            it.version().id().function(),
                            ExecutionStatus.RUNNING,
                            it.correlationId(),
                            named(it.principal()),
                            it.createdAt(),
                            openSince);
                case Row.Open(Shown it) ->
                    fits(
                            it.order().function(),
                            it.status(),
                            it.order().correlationId(),
                            named(it.order().principal()),
                            it.order().createdAt(),
                            openSince);
                case Row.Ended(Execution it) ->
                    (!accepted || it.mode().equals("async"))
                            && fits(
                                    it.function(),
                                    it.status(),
                                    it.correlationId(),
                                    it.initiator(),
                                    it.createdAt(),
                                    since);
            };
        }

        private boolean fits(
                Name its, ExecutionStatus status, String correlationId, String who, Instant at, Instant from) {
            return (function.isEmpty() || function.get().equals(its))
                    && (statuses.isEmpty() || statuses.contains(status))
                    && (correlation.isEmpty() || correlation.get().equals(correlationId))
                    && (initiator.isEmpty() || initiator.get().equals(who))
                    && !at.isBefore(from)
                    && !at.isAfter(until);
        }

        private static String named(Principal who) {
            return who.type() + "/" + who.id();
        }

        private boolean wants(ExecutionStatus... some) {
            return statuses.isEmpty() || Set.of(some).stream().anyMatch(statuses::contains);
        }

        private boolean wantsEnded() {
            return statuses.isEmpty() || statuses.stream().anyMatch(ExecutionStatus::ended);
        }

        private boolean wantsOpen() {
            return statuses.isEmpty() || statuses.stream().anyMatch(each -> !each.ended());
        }
    }

    /**
     * @param next where the list goes on, if it may
     * @param partial whether as much was looked at as may be without filling the page
     */
    record Page(List<Row> rows, Optional<String> next, boolean partial) {}

    /** Where a list goes on: below this id, and ended ones below this place of the records if there is one. */
    private record From(String id, String place) {
        static From read(Name tenant, String inside) {
            int at = inside.indexOf(';');
            String id = at < 0 ? inside : inside.substring(0, at);
            String place = at < 0 ? "" : inside.substring(at + 1);
            if (!id.isEmpty() && !Ids.isId(id) || !Records.isCursor(tenant, place)) {
                throw Cursors.malformed(inside);
            }
            return new From(id, place);
        }

        boolean before(String other) {
            return id.isEmpty() || other.compareTo(id) < 0;
        }

        String records() {
            return place.isEmpty() ? id : place;
        }
    }

    Page page(Name tenant, Filter filter, String cursor, int limit) throws InterruptedException {
        From from = From.read(tenant, cursor);
        // what ends meanwhile is found as ended, and not missed: the open ones are read first
        Opened open = filter.wantsOpen()
                ? durable.open(tenant, each -> filter.fits(new Row.Open(each)), from.id(), limit)
                : Opened.NONE;
        Records.Found ended = filter.wantsEnded()
                ? records.list(
                        tenant,
                        filter.function(),
                        each -> filter.fits(new Row.Ended(each)),
                        new Records.Between(filter.since(), filter.until()),
                        from.records(),
                        limit)
                : new Records.Found(List.of(), Optional.empty(), false);
        Map<String, Row> all = new TreeMap<>(Comparator.reverseOrder());
        running(tenant, filter).stream().filter(row -> from.before(row.id())).forEach(row -> all.put(row.id(), row));
        open.found().forEach(each -> all.put(each.order().id(), new Row.Open(each)));
        ended.executions().forEach(each -> all.put(each.id(), new Row.Ended(each)));

        Optional<String> place = ended.partial() ? ended.next() : Optional.empty();
        // what is not ended and older than all ended ones that were looked at is for a later page
        place.map(Histories::millis)
                .ifPresent(latest ->
                        all.values().removeIf(row -> !(row instanceof Row.Ended) && Ids.millis(row.id()) <= latest));
        boolean cut = open.upTo().isPresent() && place.isEmpty();
        if (cut) {
            all.keySet().removeIf(id -> id.compareTo(open.upTo().get()) < 0);
        }
        List<Row> rows = all.values().stream().limit(limit).toList();
        boolean partial = (place.isPresent() || cut) && rows.size() < limit;
        Optional<String> last =
                rows.isEmpty() ? Optional.empty() : Optional.of(rows.getLast().id());
        if (rows.size() == limit) {
            boolean more = all.size() > limit
                    || place.isPresent()
                    || cut
                    || ended.next().isPresent()
                    || open.found().size() >= limit;
            return new Page(rows, more ? last : Optional.empty(), false);
        }
        if (place.isPresent()) {
            return new Page(rows, Optional.of(last.orElse(from.id()) + ";" + place.get()), partial);
        }
        return new Page(rows, cut ? open.upTo() : Optional.empty(), partial);
    }

    /** The latest moment at which what lies below this place began. */
    private static long millis(String place) {
        int at = place.lastIndexOf('/') + 1;
        return Long.parseLong(place, at, at + 12, 16);
    }

    private List<Row.Running> running(Name tenant, Filter filter) {
        if (filter.accepted() || !filter.wants(ExecutionStatus.RUNNING)) {
            return List.of();
        }
        return runs.underWay().stream()
                .filter(work -> work.mode().equals("sync")
                        && work.version().id().tenant().equals(tenant))
                .map(Row.Running::new)
                .filter(filter::fits)
                .toList();
    }
}
