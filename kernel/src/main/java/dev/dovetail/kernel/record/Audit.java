package dev.dovetail.kernel.record;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who did what, kept so that a later change shows: the entries that a process writes for a tenant are a chain, each with the digest
 * of the one before, and each chain begins with the digest of what was the tenant's newest entry then. An entry is durable when
 * {@link #add} returns, and soon after {@link #addSoon} has. Entries are only added, and forgotten by {@link #keepSince}.
 * Thread-safe.
 */
public final class Audit implements AutoCloseable {
    private static final String LOST = "gts.x.core.faas.audit.v1~dovetail.audit._.left_out.v1~";
    private static final int PAGE = 500;
    private static final long FAR_AHEAD = 60_000;
    /** So many entries are looked at for one page of a search. */
    private static final int MOST_LOOKED_AT = 20_000;

    private final Slot<StateStore> state;
    private final Schemas schemas;
    private final String boot;
    private final InstantSource clock;
    private final InstantSource calendar;
    private final Archive archive;
    private final AtomicLong chains = new AtomicLong();
    private final Map<Name, Chain> open = new ConcurrentHashMap<>();
    private final Afterwards afterwards;

    /** @param threads makes the one that writes what {@link #addSoon} gathers */
    public Audit(Slot<StateStore> state, Schemas schemas, String boot, ThreadFactory threads, InstantSource clock) {
        this(state, schemas, boot, threads, clock, clock, Archive.none(schemas));
    }

    /** @param archive has what is old before it is forgotten */
    public Audit(
            Slot<StateStore> state,
            Schemas schemas,
            String boot,
            ThreadFactory threads,
            InstantSource clock,
            InstantSource calendar,
            Archive archive) {
        this.archive = archive;
        this.state = state;
        this.schemas = schemas;
        this.boot = boot;
        this.clock = clock;
        this.calendar = calendar;
        this.afterwards = new Afterwards(
                (tenant, said) -> add(tenant, said, Optional.empty()), count -> lost(clock.instant(), count), threads);
    }

    /** Begins to write what is gathered; called once, when the store is there. */
    public void start() {
        afterwards.start();
    }

    /** What this process writes for a tenant. Guarded by its lock. */
    private static final class Chain {
        final ReentrantLock lock = new ReentrantLock();
        String name = "";
        long next;
        long at;
        String before = "";
    }

    /** @param next where a search goes on, if there is more */
    public record Found(List<JsonNode> entries, Optional<String> next) {}

    /** @param broken what does not fit, each with the entry's id and why; empty if everything does */
    public record Verified(long checked, long chains, List<Flaw> broken) {}

    public record Flaw(String id, String why) {}

    /**
     * Adds an entry, durable within 100 ms while the store serves; returns at once. Where the store is away for long and too many
     * wait, the entry is left out, and one that tells how many were comes in its place. If the store fails in between, an entry
     * may be there twice.
     */
    public void addSoon(Name tenant, Audited said) {
        afterwards.add(tenant, said);
    }

    private Audited lost(Instant now, long count) {
        ObjectNode details = schemas.object().put("count", count);
        return new Audited(now, LOST, "system/kernel", "", Optional.empty(), details);
    }

    /**
     * Adds an entry.
     *
     * @param once what names it, if it may be said again: the same again adds nothing, on the same day
     * @throws PluginFailure if it cannot be kept now; it may be kept all the same
     */
    public void add(Name tenant, Audited said, Optional<String> once) throws InterruptedException {
        add(tenant, List.of(said), once);
    }

    private void add(Name tenant, List<Audited> said, Optional<String> once) throws InterruptedException {
        Chain chain = open.computeIfAbsent(tenant, _ -> new Chain());
        chain.lock.lockInterruptibly();
        boolean kept = false;
        try {
            if (chain.name.isEmpty()) {
                chain.name = boot + "-" + chains.getAndIncrement();
                chain.next = 0;
                begin(chain, tenant);
            }
            List<Change> changes = new ArrayList<>();
            long at = chain.at;
            long number = chain.next;
            String before = chain.before;
            for (Audited each : said) {
                at = Math.max(each.at().toEpochMilli(), at);
                ObjectNode json = json(each, at)
                        .put("chain", chain.name)
                        .put("number", number)
                        .put("before", before);
                before = digest(json);
                json.put("hash", before);
                Key key = Key.state(prefix(tenant) + id(at, chain.name, number++));
                changes.add(new Change.Put(key, schemas.bytes(json), Expectation.absent()));
            }
            String now = Long.toString(at);
            String day = day(said.getFirst().at());
            once.ifPresent(name -> changes.add(new Change.Put(
                    Key.state("t/" + tenant + "/a-once/" + day + "/"
                            + Digest.of(Bytes.utf8(name).toArray()).hex()),
                    Bytes.utf8(now),
                    Expectation.absent())));
            CommitId commit = CommitId.fresh();
            Committed answer = state.use(store -> store.commit(commit, changes));
            kept = true;
            if (answer instanceof Committed.Done) {
                chain.next = number;
                chain.at = at;
                chain.before = before;
            }
        } finally {
            if (!kept) {
                chain.name = ""; // nobody knows what of it is there: the next entry begins another
            }
            chain.lock.unlock();
        }
    }

    private static String prefix(Name tenant) {
        return "t/" + tenant + "/a/";
    }

    private static String id(long at, String chain, long number) {
        return String.format(Locale.ROOT, "%013d/%s/%09d", at, chain, number);
    }

    /** After the tenant's newest entry, also in the order of keys: others may have written while this one waited. */
    private void begin(Chain chain, Name tenant) throws InterruptedException {
        Range newest = Range.prefix(Key.Space.STATE, prefix(tenant)).reversed();
        List<Entry> last = state.use(store -> store.list(newest, 1));
        chain.before = "";
        if (!last.isEmpty()) {
            Entry entry = last.getFirst();
            String id = entry.key().path().substring(prefix(tenant).length());
            long at = Long.parseLong(id.substring(0, id.indexOf('/')));
            if (at < clock.millis() + FAR_AHEAD) { // nobody follows a clock that was wrong
                chain.at = Math.max(chain.at, at + 1);
            }
            chain.before = schemas.parse(entry.value()).path("hash").stringValue("");
        }
    }

    private ObjectNode json(Audited said, long at) {
        ObjectNode json = schemas.object()
                .put("schema", 1)
                .put("at", Instant.ofEpochMilli(at).toString())
                .put("event", said.event())
                .put("actor", said.actor())
                .put("correlationId", said.correlationId());
        said.executionId().ifPresent(id -> json.put("executionId", id));
        json.set("details", said.details());
        return json;
    }

    private String digest(ObjectNode withoutHash) {
        return Digest.of(schemas.bytes(withoutHash).toArray()).hex();
    }

    /**
     * The tenant's entries that fit, newest first.
     *
     * @param after the cursor of an earlier page, or empty text
     */
    public Found list(Name tenant, Instant since, Instant until, Predicate<JsonNode> fits, String after, int limit)
            throws InterruptedException {
        String prefix = prefix(tenant);
        Range range = between(tenant, since, until).reversed();
        if (!after.isEmpty()) {
            range = range.after(prefix + after);
        }
        List<JsonNode> found = new ArrayList<>();
        int looked = 0;
        String last = after;
        while (true) {
            Range here = range;
            List<Entry> page = state.use(store -> store.list(here, PAGE));
            for (Entry each : page) {
                if (found.size() == limit || looked++ == MOST_LOOKED_AT) {
                    return new Found(found, Optional.of(last));
                }
                String id = each.key().path().substring(prefix.length());
                last = id;
                JsonNode json = schemas.parse(each.value());
                if (fits.test(json)) {
                    found.add(((ObjectNode) json).put("id", id));
                }
            }
            if (page.size() < PAGE) {
                return new Found(found, Optional.empty());
            }
            range = range.after(page.getLast().key().path());
        }
    }

    private static Range between(Name tenant, Instant since, Instant until) {
        long from = Math.max(0, since.equals(Instant.MIN) ? 0 : since.toEpochMilli());
        long to = until.equals(Instant.MAX) ? 9_999_999_999_999L : until.toEpochMilli() + 1;
        return new Range(
                Key.Space.STATE,
                prefix(tenant) + String.format(Locale.ROOT, "%013d", from),
                prefix(tenant) + String.format(Locale.ROOT, "%013d", Math.max(from, to)),
                false);
    }

    /** Computes all digests since then anew, and follows the chains. */
    public Verified verify(Name tenant, Instant since) throws InterruptedException {
        Chains check = new Chains();
        Range range = between(tenant, since, Instant.MAX);
        while (true) {
            Range here = range;
            List<Entry> page = state.use(store -> store.list(here, PAGE));
            for (Entry each : page) {
                String id = each.key().path().substring(prefix(tenant).length());
                ObjectNode json = (ObjectNode) schemas.parse(each.value());
                check.take(id, json, digest(json.deepCopy().without("hash")));
            }
            if (page.size() < PAGE) {
                return check.verified();
            }
            range = range.after(page.getLast().key().path());
        }
    }

    /** Writes what is still gathered, and stops. */
    @Override
    public void close() {
        afterwards.close();
    }

    /** Forgets what is older, of all tenants for whom this process wrote; less if its clock, by which this was said, is ahead. */
    public void keepSince(Instant first) throws InterruptedException {
        Instant since = first.minus(Duration.between(calendar.instant(), clock.instant()));
        Archiving archiving = new Archiving(state, archive);
        for (Name tenant : open.keySet()) {
            archiving.audit(tenant.text(), prefix(tenant), between(tenant, Instant.EPOCH, since));
            Range said = Range.prefix(Key.Space.STATE, "t/" + tenant + "/a-once/");
            archiving.drop(new Range(said.space(), said.from(), said.from() + day(since), false));
        }
    }

    private static String day(Instant at) {
        return at.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10);
    }
}
