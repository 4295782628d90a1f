package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Packed;
import dev.dovetail.kernel.identity.Tenants;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/**
 * Executions that have ended, each with its journal, in parts that are small enough for the store. They lie under the day on which
 * they were made, which their id tells, and go with all of that day; one that took longer than a day lies under the day of its end, and a
 * note says so, so that it can be seen as long after its end as any other.
 */
final class Shelf {
    private static final int LARGEST_PART = 512 * 1024;
    private static final int PAGE = 200;
    private static final Duration LONG = Duration.ofDays(1);

    private final Slot<StateStore> state;
    private final Papers papers;
    private final Schemas schemas;

    Shelf(Slot<StateStore> state, Papers papers, Schemas schemas) {
        this.state = state;
        this.papers = papers;
        this.schemas = schemas;
    }

    /** What puts it there. */
    List<Change> put(Shown ended) {
        byte[] all = Packed.pack(write(ended)).toArray();
        Name tenant = ended.order().tenant();
        String id = ended.order().id();
        Instant made = Instant.ofEpochMilli(Ids.millis(id));
        Instant finished = ended.finishedAt().orElse(made);
        boolean late = Duration.between(made, finished).compareTo(LONG) > 0;
        String day = Keys.day(late ? finished : made);
        List<Change> changes = new ArrayList<>();
        if (late) {
            changes.add(new Change.Put(Keys.late(tenant, id), Bytes.utf8(day), Expectation.anything()));
        }
        for (int from = 0, part = 0; from < all.length; from += LARGEST_PART, part++) {
            byte[] some = java.util.Arrays.copyOfRange(all, from, Math.min(all.length, from + LARGEST_PART));
            changes.add(new Change.Put(Keys.ended(tenant, id, day, part), Bytes.given(some), Expectation.anything()));
        }
        return changes;
    }

    Optional<Shown> find(Name tenant, String id) throws InterruptedException {
        List<Entry> parts = parts(Keys.ended(tenant, id, Keys.day(id)));
        if (parts.isEmpty()) {
            Optional<Entry> late = state.use(store -> store.find(Keys.late(tenant, id)));
            if (late.isEmpty()) {
                return Optional.empty();
            }
            parts = parts(Keys.ended(tenant, id, late.get().value().text()));
            if (parts.isEmpty()) {
                return Optional.empty(); // its day has been let go
            }
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(part -> all.writeBytes(part.value().toArray()));
        return Optional.of(read(Packed.unpack(Bytes.given(all.toByteArray()))));
    }

    private List<Entry> parts(Range range) throws InterruptedException {
        return state.use(store -> store.list(range, 1000));
    }

    /** That there is no execution of this id that has ended. */
    static List<Change> none(Name tenant, String id) {
        return List.of(
                new Change.Check(Keys.ended(tenant, id, Keys.day(id), 0), Expectation.absent()),
                new Change.Check(Keys.late(tenant, id), Expectation.absent()));
    }

    /** Takes out the notes about days before this one, when those have been let go: what waits to be archived is found until then. */
    void keepSince(Instant first) throws InterruptedException {
        String oldest = Keys.day(first);
        Range old = new Range(Key.Space.HISTORY, "", oldest, false);
        if (!state.use(store -> store.list(old, 1)).isEmpty()) {
            return;
        }
        for (Name tenant : Tenants.in(state)) {
            Range range = Keys.late(tenant);
            for (List<Entry> page = page(range); !page.isEmpty(); page = page(range)) {
                List<Change> gone = page.stream()
                        .filter(each -> each.value().text().compareTo(oldest) < 0)
                        .map(each -> (Change) new Change.Delete(each.key(), Expectation.anything()))
                        .toList();
                if (!gone.isEmpty()) {
                    CommitId id = CommitId.fresh();
                    state.use(store -> store.commit(id, gone));
                }
                range = range.after(page.getLast().key().path());
            }
        }
    }

    private List<Entry> page(Range range) throws InterruptedException {
        return state.use(store -> store.list(range, PAGE));
    }

    private Bytes write(Shown ended) {
        ObjectNode json = schemas.object()
                .put("schema", 1)
                .put("status", ended.status().word())
                .put("attempt", ended.attempt())
                .put("plugin", ended.plugin());
        ended.startedAt().ifPresent(at -> json.put("started", at.toEpochMilli()));
        ended.finishedAt().ifPresent(at -> json.put("finished", at.toEpochMilli()));
        json.set("order", papers.json(ended.order()));
        ended.output().ifPresent(output -> json.putRawValue("output", new RawValue(output.text())));
        ended.error().ifPresent(fault -> json.set("fault", Faulted.write(schemas, fault)));
        ArrayNode lines = json.putArray("lines");
        ended.lines().forEach(line -> lines.add(line.json()));
        return schemas.bytes(json);
    }

    private Shown read(Bytes bytes) {
        JsonNode json = schemas.parse(bytes);
        List<Line> lines = new ArrayList<>();
        json.path("lines").forEach(line -> lines.add(new Line((ObjectNode) line)));
        return new Shown(
                papers.order(schemas.bytes(json.get("order"))),
                ExecutionStatus.valueOf(json.get("status").stringValue().toUpperCase(Locale.ROOT)),
                json.get("attempt").intValue(),
                "",
                Optional.empty(),
                time(json, "started"),
                time(json, "finished"),
                json.get("plugin").stringValue(),
                json.has("output") ? Optional.of(schemas.bytes(json.get("output"))) : Optional.empty(),
                json.has("fault") ? Optional.of(Faulted.read(schemas, json.get("fault"))) : Optional.empty(),
                Shown.logs(lines),
                lines);
    }

    private static Optional<Instant> time(JsonNode json, String key) {
        return json.has(key) ? Optional.of(Instant.ofEpochMilli(json.get(key).longValue())) : Optional.empty();
    }
}
