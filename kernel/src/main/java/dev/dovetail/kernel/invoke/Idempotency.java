package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.identity.Tenants;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Starts a call once for each key of a tenant's function. A key is claimed in the store before the call begins, and its
 * answer is kept there when it ends, for a day; so a repetition is recognised by every node and after a restart, and also by one
 * whose clock is ahead.
 */
final class Idempotency {
    static final Duration WINDOW = Duration.ofDays(1);
    private static final int PAGE = 200;
    private static final int LONGEST_KEY = 255;
    private static final int LARGEST_KEPT = 512 * 1024;

    private final Slot<StateStore> state;
    private final Schemas schemas;
    private final InstantSource clock;
    private final Cluster cluster;

    /** @param cluster tells which processes live: claims of others that no answer came of are lost calls */
    Idempotency(Slot<StateStore> state, Schemas schemas, InstantSource clock, Cluster cluster) {
        this.state = state;
        this.schemas = schemas;
        this.clock = clock;
        this.cluster = cluster;
    }

    /** What a key means. */
    sealed interface Claimed {
        /** It is new, and now this call's. */
        record Mine(Key key, long version, String digest) implements Claimed {}

        /** A call had it, which ended in this. */
        record Ended(String executionId, Optional<Bytes> body) implements Claimed {}
    }

    static String checked(String key) {
        if (key.isBlank() || key.length() > LONGEST_KEY) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "Idempotency-Key",
                    "expected 1 to " + LONGEST_KEY + " characters",
                    "\"" + key + "\"");
        }
        return key;
    }

    /**
     * @throws Refusal if another request has the key, or the same one is still under way or was lost
     */
    Claimed claim(
            Principal owner, Name function, String idempotencyKey, String executionId, Bytes input, boolean mayRepeat)
            throws InterruptedException {
        // one caller's key is not another's: what it stands for may be for one's eyes only
        Digest owned =
                Digest.of((owner.type() + "/" + owner.id() + "\n" + idempotencyKey).getBytes(StandardCharsets.UTF_8));
        Key key = Key.state("t/" + owner.tenant() + "/idem/" + function + "/" + owned);
        String digest = schemas.digest(schemas.parse(input)).hex();
        for (int i = 0; i < 3; i++) {
            Optional<Entry> there = state.use(store -> store.find(key));
            Expectation expected = Expectation.absent();
            if (there.isPresent()) {
                JsonNode claim = schemas.parse(there.get().value());
                boolean expired = cluster.calendar()
                        .instant()
                        .isAfter(Instant.parse(claim.get("until").stringValue()));
                boolean lost = !claim.get("ended").booleanValue()
                        && !cluster.isAlive(claim.get("boot").stringValue());
                if (!expired && !claim.get("digest").stringValue().equals(digest)) {
                    throw Refusal.of(
                                    ErrorType.IDEMPOTENCY_CONFLICT,
                                    "The Idempotency-Key was used with another input before; use a new one for a new request")
                            .with("executionId", claim.get("execution").stringValue());
                }
                if (!expired && claim.get("ended").booleanValue()) {
                    return ended(claim);
                }
                if (!expired && !(lost && mayRepeat)) {
                    throw Refusal.of(
                                    ErrorType.IDEMPOTENCY_CONFLICT,
                                    lost
                                            ? "The request with this Idempotency-Key was cut off by a failure of the node, and"
                                                    + " its outcome is unknown; the function is not idempotent, so it is not"
                                                    + " run again"
                                            : "The request with this Idempotency-Key is still under way")
                            .with("executionId", claim.get("execution").stringValue())
                            .with("retryAfterSeconds", 1);
                }
                expected = Expectation.version(there.get().version());
            }
            Change put = new Change.Put(key, document(executionId, digest, false, Optional.empty()), expected);
            CommitId commit = CommitId.fresh();
            if (state.use(store -> store.commit(commit, List.of(put))) instanceof Committed.Done done) {
                return new Claimed.Mine(key, done.version(), digest);
            }
        }
        throw Refusal.of(ErrorType.IDEMPOTENCY_CONFLICT, "Other requests with this Idempotency-Key begin all the time");
    }

    /** Takes claims out of the store that are not looked at any more. */
    void forgetExpired() throws InterruptedException {
        for (Name tenant : Tenants.in(state)) {
            Range range = Range.prefix(Key.Space.STATE, "t/" + tenant + "/idem/");
            for (List<Entry> page = page(range); !page.isEmpty(); page = page(range)) {
                for (Entry each : page) {
                    String until = schemas.parse(each.value()).path("until").stringValue("");
                    if (!until.isEmpty() && cluster.calendar().instant().isAfter(Instant.parse(until))) {
                        Change delete = new Change.Delete(each.key(), Expectation.version(each.version()));
                        CommitId commit = CommitId.fresh();
                        state.use(store -> store.commit(commit, List.of(delete)));
                    }
                }
                range = range.after(page.getLast().key().path());
            }
        }
    }

    private List<Entry> page(Range range) throws InterruptedException {
        return state.use(store -> store.list(range, PAGE));
    }

    private Claimed ended(JsonNode claim) {
        return new Claimed.Ended(
                claim.get("execution").stringValue(),
                Optional.ofNullable(claim.get("body")).map(schemas::bytes));
    }

    /** Keeps the answer; a failure of the platform's gives the key back, so that it may be tried again. */
    void end(Claimed.Mine claim, String executionId, Optional<Bytes> body, boolean again) throws InterruptedException {
        Expectation mine = Expectation.version(claim.version());
        Change change = again
                ? new Change.Delete(claim.key(), mine)
                : new Change.Put(claim.key(), document(executionId, claim.digest(), true, body), mine);
        CommitId commit = CommitId.fresh();
        state.use(store -> store.commit(commit, List.of(change)));
    }

    /** What keeps that this execution came of the key; written with the execution, or not at all. */
    Change accepted(Claimed.Mine claim, String executionId) {
        return new Change.Put(
                claim.key(),
                document(executionId, claim.digest(), true, Optional.empty()),
                Expectation.version(claim.version()));
    }

    /** Something that may be refused. */
    interface Taking {
        Answered take() throws InterruptedException;
    }

    /** Does what the key was claimed for; if it is refused, nothing has come of the key, and it may be used again. */
    Answered unlessRefused(Claimed.Mine claim, String executionId, Taking taking) throws InterruptedException {
        try {
            return taking.take();
        } catch (Refusal refusal) {
            end(claim, executionId, Optional.empty(), true);
            throw refusal;
        }
    }

    private Bytes document(String executionId, String digest, boolean ended, Optional<Bytes> body) {
        ObjectNode json = schemas.object()
                .put("schema", 1)
                .put("execution", executionId)
                .put("digest", digest)
                .put("ended", ended)
                .put("boot", cluster.self().boot())
                .put("until", clock.instant().plus(WINDOW).toString());
        body.filter(bytes -> bytes.size() <= LARGEST_KEPT).ifPresent(bytes -> json.set("body", schemas.parse(bytes)));
        return schemas.bytes(json);
    }
}
