package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.due.DueQueue;
import dev.dovetail.kernel.durable.journal.JournalHost;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Saving;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One open execution in the hands of its owner: what is known of it, and its writes. Every write carries the fence, so that one who
 * is not the owner any more changes nothing.
 */
final class Case implements Saving {
    private final Commits commits;
    private final Papers papers;
    private final Schemas schemas;
    private final Order order;
    private final Fence fence;
    private final Story story;
    private final List<Message> inbox = new CopyOnWriteArrayList<>();
    private final Set<Key> seen = ConcurrentHashMap.newKeySet();
    private final List<Message> consumed = new ArrayList<>();
    private final List<LogLine> logs = new ArrayList<>();
    private final List<String> waitedFor = new ArrayList<>();
    private volatile Optional<JournalHost> host = Optional.empty();
    private volatile Standing standing;
    private Due due;
    private volatile boolean leaving;
    private boolean standingKept;
    private int segments;
    private String plugin = "";

    Case(Commits commits, Papers papers, Schemas schemas, Order order, Standing standing, Fence fence, Due due) {
        this.commits = commits;
        this.papers = papers;
        this.schemas = schemas;
        this.order = order;
        this.standing = standing;
        this.fence = fence;
        this.due = due;
        this.story = new Story(schemas);
    }

    Order order() {
        return order;
    }

    Standing standing() {
        return standing;
    }

    Story story() {
        return story;
    }

    List<Message> inbox() {
        return inbox;
    }

    Optional<JournalHost> host() {
        return host;
    }

    void host(JournalHost now) {
        host = Optional.of(now);
    }

    void noHost() {
        host = Optional.empty();
    }

    Fence fence() {
        return fence;
    }

    /** Its journal as it is now. */
    List<Line> lines() {
        return story.lines();
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

    void ranOn(String pluginVersion, List<LogLine> said) {
        plugin = pluginVersion;
        logs.addAll(said);
    }

    /** A segment that was there already. */
    void loaded(Bytes segment) {
        story.load(segment);
        segments++;
        standingKept = true;
    }

    void waitedFor(List<String> types) {
        waitedFor.clear();
        waitedFor.addAll(types);
    }

    /** Takes a message in, unless it came before: until the write that deletes it, it is found again. */
    boolean received(Message message) {
        boolean fresh = seen.add(message.key());
        if (fresh) {
            inbox.add(message);
        }
        return fresh;
    }

    /** Takes a message out of the inbox; gone from the store with the next write. */
    synchronized void consume(Message message) {
        if (inbox.remove(message)) {
            consumed.add(message);
        }
    }

    @Override
    public synchronized void save(Story mine, List<Change> more) throws InterruptedException {
        List<Change> changes = new ArrayList<>(more.size() + 6);
        changes.add(fence.check());
        if (standing.why().isEmpty() && due.at().isAfter(Instant.now())) {
            // woken before it was due: whoever finds it after a crash has to go on at once, not when the wait would be
            // over
            Due now =
                    new Due(order.id(), order.tenant(), due.shard(), Instant.ofEpochMilli(System.currentTimeMillis()));
            changes.add(new Change.Delete(DueQueue.key(due.shard(), due.at(), due.id()), Expectation.anything()));
            changes.add(new Change.Put(
                    DueQueue.key(now.shard(), now.at(), now.id()),
                    Bytes.utf8(order.tenant().text()),
                    Expectation.anything()));
            due = now;
            stands(standing.waiting(standing.status(), now.at(), ""));
        }
        if (!story.isDurable()) {
            changes.add(new Change.Put(
                    Keys.segment(order.tenant(), order.id(), segments), story.unsaved(), Expectation.absent()));
        }
        if (!standingKept) {
            changes.add(standingPut());
        }
        consumed.forEach(message -> changes.add(new Change.Delete(message.key(), Expectation.anything())));
        changes.addAll(more);
        written(changes);
        segments += story.isDurable() ? 0 : 1;
        story.saved();
        standingKept = true;
        consumed.clear();
    }

    private Change standingPut() {
        return new Change.Put(
                Keys.standing(order.tenant(), order.id()),
                papers.write(standing.with(segments)),
                Expectation.anything());
    }

    private void written(List<Change> all) throws InterruptedException {
        Map<Key, Change> byKey = new LinkedHashMap<>(); // a commit has a key once
        all.forEach(each -> byKey.put(each.key(), each));
        List<Change> changes = List.copyOf(byKey.values());
        if (commits.commit(changes) instanceof Committed.Conflict conflict) {
            throw new Lost("The execution " + order.id() + " is not this node's any more: " + conflict.key());
        }
    }

    /** Its standing from now on; kept with the next write. */
    void stands(Standing next) {
        standing = next;
        standingKept = false;
    }

    /** Writes that it goes on at a later time, or when something arrives for it, and when that is. */
    Due park(Standing next, List<String> events) throws InterruptedException {
        Due later = new Due(order.id(), order.tenant(), due.shard(), next.due());
        List<Change> more = new ArrayList<>();
        if (!later.at().equals(due.at())) {
            more.add(new Change.Delete(DueQueue.key(due.shard(), due.at(), due.id()), Expectation.anything()));
            more.add(new Change.Put(
                    DueQueue.key(later.shard(), later.at(), later.id()),
                    Bytes.utf8(order.tenant().text()),
                    Expectation.anything()));
        }
        waitedFor.stream()
                .filter(type -> !events.contains(type))
                .forEach(type -> more.add(
                        new Change.Delete(Keys.waiting(order.tenant(), type, order.id()), Expectation.anything())));
        events.forEach(type -> more.add(new Change.Put(
                Keys.waiting(order.tenant(), type, order.id()), Bytes.utf8("{}"), Expectation.anything())));
        stands(next);
        save(story, more);
        due = later;
        waitedFor(events);
        return later;
    }

    /** How it looks now. */
    Shown shown(List<Line> lines) {
        return new Shown(
                order,
                standing.status(),
                standing.attempt(),
                standing.why(),
                standing.why().isEmpty() ? Optional.empty() : Optional.of(standing.due()),
                standing.startedAt(),
                Optional.empty(),
                plugin,
                Optional.empty(),
                Optional.empty(),
                logs,
                lines);
    }

    /** How it looks at its end. */
    Shown ended(ExecutionStatus status, Optional<Bytes> output, Optional<Fault> error, Instant now) {
        return new Shown(
                order,
                status,
                standing.attempt(),
                "",
                Optional.empty(),
                standing.startedAt(),
                Optional.of(now),
                plugin,
                output,
                error,
                logs,
                story.lines());
    }

    /** Writes its end: what is kept of it, and that nothing of it is open any more. */
    synchronized void end(List<Change> kept) throws InterruptedException {
        List<Change> changes = new ArrayList<>(kept.size() + segments + 8);
        changes.add(fence.check());
        changes.addAll(kept);
        changes.add(new Change.Delete(Keys.order(order.tenant(), order.id()), Expectation.anything()));
        if (segments > 0 || standingKept) {
            changes.add(new Change.Delete(Keys.standing(order.tenant(), order.id()), Expectation.anything()));
        }
        for (int i = 0; i < segments; i++) {
            changes.add(new Change.Delete(Keys.segment(order.tenant(), order.id(), i), Expectation.anything()));
        }
        changes.add(new Change.Delete(DueQueue.key(due.shard(), due.at(), due.id()), Expectation.anything()));
        inbox.forEach(message -> changes.add(new Change.Delete(message.key(), Expectation.anything())));
        consumed.forEach(message -> changes.add(new Change.Delete(message.key(), Expectation.anything())));
        waitedFor.forEach(type ->
                changes.add(new Change.Delete(Keys.waiting(order.tenant(), type, order.id()), Expectation.anything())));
        written(changes);
    }

    Schemas schemas() {
        return schemas;
    }
}
