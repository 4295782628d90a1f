package dev.dovetail.kernel.cluster;

import dev.dovetail.kernel.cluster.Look.Pulse;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the cluster lies in the store.
 *
 * <pre>
 * c/cluster            what all nodes must agree on: {schema, shards}
 * c/clock              the latest time that had surely passed when it was written, once an hour: {schema, at}
 * c/node/&lt;node&gt;        a node's beat: {schema, boot, address, paused, beat, at, vitals?}
 * c/shard/07/owner     whose a shard is: {schema, node, boot, epoch, at}; node and boot are empty once it was given up
 * </pre>
 *
 * The times are for people: who lives and who owns what is not decided by them. Only the {@link Calendar} compares them.
 */
final class Papers implements Calendar.Almanac {
    static final Key AGREED = Key.state("c/cluster");
    private static final Key CLOCK = Key.state("c/clock");

    private static final System.Logger LOG = System.getLogger(Papers.class.getName());
    private static final String NODES = "c/node/";
    private static final int PAGE = 1000;
    private static final int SCHEMA = 1;

    private final Schemas schemas = new Schemas();
    private final Slot<StateStore> state;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final List<Key> owners;
    private final Calendar calendar;

    Papers(Slot<StateStore> state, InstantSource clock, LongSupplier nanos, int shards) {
        this.state = state;
        this.clock = clock;
        this.nanos = nanos;
        this.calendar = new Calendar(clock, nanos, this);
        this.owners = IntStream.range(0, shards).mapToObj(Papers::owner).toList();
    }

    Calendar calendar() {
        return calendar;
    }

    static Key owner(int shard) {
        return Key.state("c/shard/" + (shard < 10 ? "0" : "") + shard + "/owner");
    }

    static Key beat(String node) {
        return Key.state(NODES + node);
    }

    Bytes agreed(int shards) {
        return schemas.bytes(schemas.object().put("schema", SCHEMA).put("shards", shards));
    }

    int shardsAgreed(Entry entry) {
        return schemas.parse(entry.value()).path("shards").asInt(0);
    }

    Bytes beat(Cluster.Self self, String address, boolean paused, Optional<Vitals> vitals, long count) {
        ObjectNode json = schemas.object()
                .put("schema", SCHEMA)
                .put("boot", self.boot())
                .put("address", address)
                .put("paused", paused)
                .put("beat", count)
                .put("at", clock.instant().toString());
        vitals.ifPresent(known -> VitalsPaper.write(known, json.putObject("vitals")));
        return schemas.bytes(json);
    }

    Bytes owner(Holder holder, long epoch) {
        return schemas.bytes(schemas.object()
                .put("schema", SCHEMA)
                .put("node", holder.node())
                .put("boot", holder.boot())
                .put("epoch", epoch)
                .put("at", clock.instant().toString()));
    }

    /** Reads every beat and every owner. */
    Look look() throws InterruptedException {
        long began = nanos.getAsLong();
        List<Entry> beats = state.use(Papers::beats);
        List<Optional<Entry>> found = state.use(store -> store.findAll(owners));
        long ended = nanos.getAsLong();
        Map<Integer, Owner> byShard = new HashMap<>();
        for (int shard = 0; shard < found.size(); shard++) {
            int its = shard;
            Optional<Owner> owner =
                    found.get(shard).map(entry -> readOwner(its, entry)).orElseGet(() -> Optional.of(Owner.none(its)));
            owner.ifPresent(readable -> byShard.put(its, readable));
        }
        return new Look(
                began,
                ended,
                beats.stream().flatMap(each -> pulse(each).stream()).toList(),
                byShard);
    }

    @Override
    public Calendar.Told times() throws InterruptedException {
        List<Entry> beats = state.use(Papers::beats);
        Optional<Entry> written = state.use(store -> store.find(CLOCK));
        return new Calendar.Told(
                beats.stream().flatMap(each -> at(each).stream()).min(Comparator.naturalOrder()),
                written.flatMap(this::at));
    }

    @Override
    public void passed(Instant latest) throws InterruptedException {
        Bytes said = schemas.bytes(schemas.object().put("schema", SCHEMA).put("at", latest.toString()));
        CommitId id = CommitId.fresh();
        state.use(store -> store.commit(id, List.of(new Change.Put(CLOCK, said, Expectation.anything()))));
    }

    private Optional<Instant> at(Entry entry) {
        return read(entry, json -> Instant.parse(text(json, "at")));
    }

    private static List<Entry> beats(StateStore store) {
        List<Entry> all = new ArrayList<>();
        Range range = Range.prefix(Key.Space.STATE, NODES);
        while (true) {
            List<Entry> page = store.list(range, PAGE);
            all.addAll(page);
            if (page.size() < PAGE) {
                return all;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    Optional<Pulse> pulse(Entry entry) {
        String node = entry.key().path().substring(NODES.length());
        return read(
                entry,
                json -> new Pulse(
                        new Holder(node, text(json, "boot")),
                        text(json, "address"),
                        json.path("paused").booleanValue(false),
                        VitalsPaper.read(json.path("vitals")),
                        entry));
    }

    private Optional<Owner> readOwner(int shard, Entry entry) {
        return read(
                entry,
                json -> new Owner(
                        shard,
                        new Holder(text(json, "node"), text(json, "boot")),
                        json.required("epoch").longValue(),
                        Expectation.version(entry.version())));
    }

    private interface Reading<T> {
        T of(JsonNode json);
    }

    /** What cannot be read is passed over, and not taken for free: a newer kernel may have written it. */
    private <T> Optional<T> read(Entry entry, Reading<T> reading) {
        try {
            return Optional.of(reading.of(schemas.parse(entry.value())));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "{0} cannot be read and is passed over: {1}", entry.key(), e.getMessage());
            return Optional.empty();
        }
    }

    private static String text(JsonNode json, String field) {
        return json.required(field).stringValue();
    }
}
