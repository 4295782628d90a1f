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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who did what, kept so that a later change shows: the entries that a process writes for a tenant are a chain, each with the digest
 * of the one before, and each chain begins with the digest of what was the tenant's newest entry then. An entry is durable when
 * {@link #add} returns. Entries are only added, and forgotten by {@link #keepSince}. Thread-safe.
 */
public final class Audit {
    private static final int PAGE = 500;
    /** So many entries are looked at for one page of a search. */
    private static final int MOST_LOOKED_AT = 20_000;
    /** What several processes write so closely together may not know of each other. */
    private static final Duration AT_ONCE = Duration.ofMinutes(1);

    private final Slot<StateStore> state;
    private final Schemas schemas;
    private final String boot;
    private final AtomicLong chains = new AtomicLong();
    private final Map<Name, Chain> open = new ConcurrentHashMap<>();

    public Audit(Slot<StateStore> state, Schemas schemas, String boot) {
        this.state = state;
        this.schemas = schemas;
        this.boot = boot;
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
     * Adds an entry.
     *
     * @param once what names it, if it may be said again: the same again adds nothing, on the same day
     * @throws PluginFailure if it cannot be kept now; it may be kept all the same
     */
    public void add(Name tenant, Audited said, Optional<String> once) throws InterruptedException {
        Chain chain = open.computeIfAbsent(tenant, _ -> new Chain());
        chain.lock.lockInterruptibly();
        boolean kept = false;
        try {
            if (chain.name.isEmpty()) {
                chain.name = boot + "-" + chains.getAndIncrement();
                chain.next = 0;
                chain.before = newest(tenant);
            }
            long at = Math.max(said.at().toEpochMilli(), chain.at);
            ObjectNode json = json(said, at, chain);
            String hash = digest(json);
            json.put("hash", hash);
            List<Change> changes = new ArrayList<>();
            Key key = Key.state(prefix(tenant) + id(at, chain.name, chain.next));
            changes.add(new Change.Put(key, schemas.bytes(json), Expectation.absent()));
            once.ifPresent(name -> changes.add(new Change.Put(
                    Key.state("t/" + tenant + "/a-once/" + day(said.at()) + "/"
                            + Digest.of(Bytes.utf8(name).toArray()).hex()),
                    Bytes.utf8(Long.toString(at)),
                    Expectation.absent())));
            CommitId commit = CommitId.fresh();
            Committed answer = state.use(store -> store.commit(commit, changes));
            kept = true;
            if (answer instanceof Committed.Done) {
                chain.next++;
                chain.at = at;
                chain.before = hash;
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
        return String.format("%013d/%s/%09d", at, chain, number);
    }

    private String newest(Name tenant) throws InterruptedException {
        Range newest = Range.prefix(Key.Space.STATE, prefix(tenant)).reversed();
        List<Entry> last = state.use(store -> store.list(newest, 1));
        return last.isEmpty()
                ? ""
                : schemas.parse(last.getFirst().value()).path("hash").stringValue("");
    }

    private ObjectNode json(Audited said, long at, Chain chain) {
        ObjectNode json = schemas.object()
                .put("schema", 1)
                .put("at", Instant.ofEpochMilli(at).toString())
                .put("event", said.event())
                .put("actor", said.actor())
                .put("correlationId", said.correlationId());
        said.executionId().ifPresent(id -> json.put("executionId", id));
        json.set("details", said.details());
        return json.put("chain", chain.name).put("number", chain.next).put("before", chain.before);
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
                prefix(tenant) + String.format("%013d", from),
                prefix(tenant) + String.format("%013d", Math.max(from, to)),
                false);
    }

    /** Computes all digests since then anew, and follows the chains. */
    public Verified verify(Name tenant, Instant since) throws InterruptedException {
        Check check = new Check();
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
                return new Verified(check.checked, check.last.size(), check.broken);
            }
            range = range.after(page.getLast().key().path());
        }
    }

    /** Follows chains through entries in the order of their time. */
    private static final class Check {
        /** A chain points at the newest entry there was when it began, which is not far back. */
        private static final int MOST_HASHES = 10_000;

        private final Map<String, Link> last = new HashMap<>();
        private final SequencedSet<String> hashes = new LinkedHashSet<>();
        private final List<Flaw> broken = new ArrayList<>();
        private Optional<Instant> oldest = Optional.empty();
        private long checked;

        private record Link(long number, String hash) {}

        void take(String id, JsonNode json, String digest) {
            String hash = json.path("hash").stringValue("");
            Link link = new Link(json.path("number").longValue(-1), hash);
            Optional<Link> before =
                    Optional.ofNullable(last.put(json.path("chain").stringValue(""), link));
            String points = json.path("before").stringValue("");
            Instant at = Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('/'))));
            oldest = oldest.or(() -> Optional.of(at));
            checked++;
            hashes.add(hash);
            if (hashes.size() > MOST_HASHES) {
                hashes.removeFirst();
            }
            if (!digest.equals(hash)) {
                broken.add(new Flaw(id, "it was changed: its digest is not that of what it says"));
            } else if (before.isPresent()
                    && (before.get().number() + 1 != link.number()
                            || !before.get().hash().equals(points))) {
                broken.add(new Flaw(id, "entries before it are missing from its chain"));
            } else if (before.isEmpty() && link.number() == 0 && isLost(points, at)) {
                broken.add(new Flaw(id, "the entry that was the newest when its chain began is missing"));
            }
        }

        /** Whether an entry should be here: not if it may be older than what is looked at, or was being written just then. */
        private boolean isLost(String points, Instant at) {
            return !points.isEmpty()
                    && !hashes.contains(points)
                    && oldest.get().plus(AT_ONCE).isBefore(at);
        }
    }

    /** Forgets what is older, of all tenants for whom this process wrote. */
    public void keepSince(Instant since) throws InterruptedException {
        for (Name tenant : open.keySet()) {
            Range old = between(tenant, Instant.EPOCH, since);
            Range said = Range.prefix(Key.Space.STATE, "t/" + tenant + "/a-once/");
            Range oldSaid = new Range(said.space(), said.from(), said.from() + day(since), false);
            state.use(store -> {
                store.drop(old);
                store.drop(oldSaid);
                return true;
            });
        }
    }

    private static String day(Instant at) {
        return at.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10);
    }
}
