package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.journal.JournalHost;
import dev.dovetail.kernel.durable.journal.Saving;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One open execution in the hands of its owner: what is known of it, and its writes. Every write carries the fence, so that one who
 * is not the owner any more changes nothing. Thread-safe; its story is guarded by whoever runs it.
 */
final class Case implements Saving {
    private final Loading with;
    private volatile Order order;
    private final Fence fence;
    private final Story story;
    private final Mail mail;
    private final Trail trail;
    private Optional<Pending> pending = Optional.empty();
    private volatile Optional<JournalHost> host = Optional.empty();
    private volatile Standing standing;
    private volatile Due due;
    private volatile boolean leaving;
    private boolean standingKept;
    private boolean held;
    volatile boolean attempted; // whether its code has run since it was loaded
    private volatile String plugin;
    private final Census.One counted;

    /** A write that was begun; what has come of it is not known before it is asked again. */
    private record Pending(CommitId id, Collection<Change> changes, Runnable then) {}

    Case(Loading with, Order order, Papers.Kept kept, Fence fence, Due due) {
        this.with = with;
        this.order = order;
        this.standing = kept.standing();
        this.plugin = kept.plugin();
        this.counted = with.census().one(fence, kept.share());
        this.fence = fence;
        this.due = due;
        this.held = standing.isHeld();
        this.story = new Story(with.schemas(), with.desk().one());
        this.mail = new Mail(story);
        this.trail = new Trail(order.tenant(), order.id());
    }

    Order order() {
        return order;
    }

    /** The order is another one from now on, as it was written. */
    void moved(Order next) {
        order = next;
    }

    Standing standing() {
        return standing;
    }

    Story story() {
        return story;
    }

    Mail mail() {
        return mail;
    }

    Optional<JournalHost> host() {
        return host;
    }

    void host(JournalHost now) {
        host = Optional.of(now);
        if (leaving) {
            now.pause();
        }
    }

    void noHost() {
        host = Optional.empty();
    }

    Fence fence() {
        return fence;
    }

    /** The node stops: what is running leaves, and nothing is decided about it. */
    void leave() {
        leaving = true;
        host.ifPresent(JournalHost::pause);
    }

    boolean leaving() {
        return leaving;
    }

    Due due() {
        return due;
    }

    /** @param said what was logged and is not in the journal */
    void ranOn(String pluginVersion, List<LogLine> said) {
        plugin = pluginVersion;
        story.log(said);
    }

    /** A segment that was there already. */
    void loaded(Entry segment) {
        story.load(segment.value());
        skipped(segment);
    }

    /** One of which it knows what it needs. */
    void skipped(Entry segment) {
        trail.read(segment);
        standingKept = true;
    }

    /** Events of this type are for this execution too from now on. */
    synchronized void expect(String type) throws InterruptedException {
        if (!standing.events().contains(type)) {
            List<String> types = new ArrayList<>(standing.events());
            types.add(type);
            stands(standing.expecting(types));
            save(story, List.of(Inbox.waits(order, type)));
        }
    }

    @Override
    public void check() {
        if (!isOwned()) {
            throw new Lost("The execution " + order.id() + " is not this node's any more", fence.key());
        }
    }

    private boolean isOwned() {
        return with.shards().fence(fence.shard()).equals(Optional.of(fence));
    }

    @Override
    public synchronized void save(Story mine, List<Change> more) throws InterruptedException {
        finish();
        Map<Key, Change> changes = new LinkedHashMap<>();
        put(changes, List.of(fence.check()));
        int lines = story.size();
        put(changes, trail.add(story.unsaved()));
        Standing kept = standing.with(trail.segments());
        if (!standingKept) {
            Key key = Keys.standing(order.tenant(), order.id());
            put(changes, List.of(new Change.Put(key, with.papers().write(kept, plugin), Expectation.anything())));
            standingKept = true;
            moveDue(changes);
        }
        if (held && !standing.isHeld()) {
            put(changes, List.of(new Change.Delete(Keys.held(due.shard(), order), Expectation.anything())));
            held = false;
        }
        put(changes, mail.gone());
        put(changes, more);
        Optional<Census.Share> now = Census.Share.of(kept, plugin);
        pending = Optional.of(new Pending(CommitId.fresh(), changes.values(), () -> {
            story.saved(lines);
            counted.is(now);
        }));
        finish();
        with.desk().grows(order.id(), this::leave, story.weight());
    }

    /** It is due when its standing says so. */
    private void moveDue(Map<Key, Change> changes) {
        if (standing.due().toEpochMilli() != due.at().toEpochMilli()) {
            Due later = new Due(
                    order.id(),
                    order.tenant(),
                    due.shard(),
                    Instant.ofEpochMilli(standing.due().toEpochMilli()));
            put(changes, List.of(new Change.Delete(due.key(), Expectation.anything()), later.put()));
            due = later;
        }
    }

    private static void put(Map<Key, Change> all, List<? extends Change> some) {
        some.forEach(each -> all.put(each.key(), each));
    }

    /** Learns what has come of the last write, which may have been interrupted. */
    private void finish() throws InterruptedException {
        if (pending.isPresent()) {
            Pending it = pending.get();
            switch (with.commits().commit(it.id(), List.copyOf(it.changes()))) {
                case Committed.Conflict(Key key, var _) ->
                    throw new Lost("The execution " + order.id() + " is not this node's any more: " + key, key);
                case Committed.Done(long version) -> {
                    pending = Optional.empty();
                    trail.added(version);
                    it.then().run();
                }
            }
        }
    }

    /** Its standing from now on; kept with the next write. */
    synchronized void stands(Standing next) {
        if (next.status() != standing.status() && !standing.status().mayBecome(next.status())) {
            throw new IllegalStateException("What is " + standing.status().word() + " cannot become "
                    + next.status().word());
        }
        standing = next;
        standingKept = false;
    }

    /** Writes that it goes on at a later time, or when something arrives for it, and when that is. */
    synchronized Due park(Standing next, List<String> events) throws InterruptedException {
        List<Change> more = new ArrayList<>();
        List<String> before = standing.events();
        before.stream()
                .filter(type -> !events.contains(type))
                .forEach(type -> more.add(Inbox.waitsNoMore(order, type)));
        events.stream().filter(type -> !before.contains(type)).forEach(type -> more.add(Inbox.waits(order, type)));
        stands(next.expecting(events));
        save(story, more);
        return due;
    }

    /** Writes that it does not go on before its function or tenant is resumed, where that is found. */
    synchronized Due hold(Instant until) throws InterruptedException {
        held = true;
        stands(standing.held(until));
        save(story, List.of(new Change.Put(Keys.held(due.shard(), order), Bytes.utf8("{}"), Expectation.anything())));
        return due;
    }

    /** How it looks now; empty if another may have gone on with it, as only the store knows. */
    Optional<Shown> shownByOwner(boolean whole) {
        // read before the journal: what gets there meanwhile is in both, and shown once
        List<LogLine> unkept = whole ? host.map(JournalHost::unkeptLogs).orElse(List.of()) : List.of();
        Shown now = Shown.open(order, standing, plugin, whole ? story.lines() : List.of())
                .logging(unkept);
        return isOwned()
                ? Optional.of(now)
                : Optional.empty(); // judged afterwards: then it was so when it was looked at
    }

    /** How it looks at its end. */
    Shown ended(ExecutionStatus status, Optional<Bytes> output, Optional<Fault> error, Instant now) {
        return Shown.open(order, standing, plugin, story.lines()).ended(status, output, error, now);
    }

    /** Writes its end: what is kept of it, and that nothing of it is open any more. What stays is its time, until it is listed. */
    synchronized Due end(List<Change> kept, Instant now) throws InterruptedException {
        finish();
        Map<Key, Change> changes = new LinkedHashMap<>();
        put(changes, List.of(fence.check()));
        put(changes, kept);
        List<Key> gone = new ArrayList<>();
        gone.add(Keys.order(order.tenant(), order.id()));
        gone.add(Keys.standing(order.tenant(), order.id()));
        gone.addAll(trail.keys());
        Due stays = due.by(now.minusMillis(1)); // before that of one of the same id that is started from now on
        if (!stays.equals(due)) {
            gone.add(due.key());
            put(changes, List.of(stays.put()));
        }
        if (held) {
            gone.add(Keys.held(due.shard(), order));
        }
        gone.forEach(key -> changes.put(key, new Change.Delete(key, Expectation.anything())));
        put(changes, mail.all());
        put(
                changes,
                standing.events().stream()
                        .map(type -> Inbox.waitsNoMore(order, type))
                        .toList());
        pending = Optional.of(new Pending(CommitId.fresh(), changes.values(), () -> counted.is(Optional.empty())));
        finish();
        return stays;
    }
}
