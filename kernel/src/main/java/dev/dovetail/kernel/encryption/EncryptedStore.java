package dev.dovetail.kernel.encryption;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A state store in which lies encrypted what executions carry. What was written before is read as it is. The first use finds
 * out whether this node has the key that the others write with; as long as it has not, nothing can be done with the store.
 */
final class EncryptedStore implements StateStore {
    /** A value that whoever writes encrypted values can open. */
    static final Key CANARY = Key.state("c/encryption");

    /** Functions, versions, aliases and layers are the tenant's, and no execution's. */
    private static final Pattern DEFINITIONS = Pattern.compile("t/[^/]+/(fn|fv|fr|fa|layer)/.*");

    private final StateStore it;
    private final Optional<Envelope> envelope;
    private volatile boolean checked;

    /** @param envelope empty if this node has no key, and writes as it is */
    EncryptedStore(StateStore it, Optional<Envelope> envelope) {
        this.it = it;
        this.envelope = envelope;
    }

    /** Everything that is a tenant's is, unless it is known to be none of that: what will be added later is not forgotten. */
    static boolean isCarried(Key key) {
        return key.space() == Key.Space.HISTORY
                || key.path().startsWith("t/")
                        && !DEFINITIONS.matcher(key.path()).matches();
    }

    private StateStore it() {
        if (!checked) {
            check();
        }
        return it;
    }

    /** By whoever comes, at once: a store that does not answer must hold nobody who could be interrupted in it. */
    private void check() {
        while (!checked) {
            Optional<Entry> canary = it.find(CANARY);
            if (canary.isPresent()) {
                prove(canary.get().value());
            }
            checked = envelope.isEmpty()
                    || canary.filter(entry -> Envelope.keyId(entry.value())
                                    == envelope.get().ownId())
                            .isPresent()
                    || said(envelope.get(), canary);
        }
    }

    private void prove(Bytes canary) {
        String told = KeyRing.told(Envelope.keyId(canary));
        if (envelope.isEmpty()) {
            throw new PluginException(
                    Kind.REJECTED,
                    "What executions carry is encrypted in this state store, with the key " + told
                            + ", and this node has none: name its file in executions.encryption-key-file");
        }
        try {
            envelope.get().open(canary, CANARY);
        } catch (PluginException e) {
            throw new PluginException(
                    Kind.REJECTED,
                    "What executions carry is encrypted in this state store with the key " + told
                            + ", which is not in the file of this node's executions.encryption-key-file: put the right one"
                            + " there, or add it in a further line");
        }
    }

    /** Says what is written with from now on; false if another node did so just now. */
    private boolean said(Envelope mine, Optional<Entry> before) {
        Expectation expected =
                before.map(entry -> Expectation.version(entry.version())).orElse(Expectation.absent());
        return it.commit(
                        CommitId.fresh(),
                        List.of(new Change.Put(CANARY, mine.seal(Bytes.utf8("dovetail"), CANARY), expected)))
                instanceof Committed.Done;
    }

    @Override
    public Optional<Entry> find(Key key) {
        return it().find(key).map(this::opened);
    }

    @Override
    public List<Optional<Entry>> findAll(List<Key> keys) {
        return it().findAll(keys).stream().map(each -> each.map(this::opened)).toList();
    }

    @Override
    public List<Entry> list(Range range, int limit) {
        return it().list(range, limit).stream().map(this::opened).toList();
    }

    private Entry opened(Entry entry) {
        if (!Envelope.isSealed(entry.value()) || !isCarried(entry.key())) {
            return entry;
        }
        if (envelope.isPresent()) {
            return new Entry(entry.key(), entry.version(), envelope.get().open(entry.value(), entry.key()));
        }
        if (it.find(CANARY).isPresent()) { // another node has begun to encrypt
            throw new PluginException(Kind.UNAVAILABLE, Envelope.missing(entry.value(), entry.key()));
        }
        return entry; // it only looks like that
    }

    @Override
    public Committed commit(CommitId id, List<Change> changes) {
        Committed answer = it().commit(
                        id,
                        envelope.isEmpty()
                                ? changes
                                : changes.stream().map(this::sealed).toList());
        return answer instanceof Committed.Conflict(Key key, Optional<Entry> current)
                ? new Committed.Conflict(key, current.map(this::opened))
                : answer;
    }

    private Change sealed(Change change) {
        return change instanceof Change.Put(Key key, Bytes value, Expectation expected)
                        && isCarried(key)
                        && !value.isEmpty()
                ? new Change.Put(key, envelope.orElseThrow().seal(value, key), expected)
                : change;
    }

    @Override
    public void drop(Range range) {
        it().drop(range);
    }

    @Override
    public void close() {
        it.close();
    }
}
