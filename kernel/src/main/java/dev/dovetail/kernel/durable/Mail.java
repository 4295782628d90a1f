package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** What has come for an execution, while it is in the hands of its owner. Each message counts once. Thread-safe. */
final class Mail {
    private final Story story;
    private final List<Message> waiting = new CopyOnWriteArrayList<>();
    private final Set<Key> seen = new HashSet<>();
    private final List<Message> consumed = new ArrayList<>();
    private volatile boolean news;

    Mail(Story story) {
        this.story = story;
    }

    /** What is not taken up, the oldest first. */
    List<Message> waiting() {
        return waiting;
    }

    /** Whether it is to end as it is, with all that is done for its end. */
    boolean terminated() {
        return waiting.stream().anyMatch(message -> message.kind().equals(Message.TERMINATE));
    }

    /** Whether its code is to end, in that way or another. */
    boolean canceled() {
        return terminated()
                || waiting.stream().anyMatch(message -> message.kind().equals(Message.CANCEL));
    }

    /** A message that was there already; false if it was known. */
    synchronized boolean found(Message message) {
        if (!seen.add(message.key())) {
            return false;
        }
        if (story.heard(message.id())) {
            consumed.add(message); // sent once more
            return false;
        }
        return waiting.add(message);
    }

    /** A message that comes while the execution is carried; false if it has come before. */
    synchronized boolean receive(Message message) {
        boolean is = found(message);
        news |= is;
        return is;
    }

    /** Whether something came while it was carried that was not taken up. */
    boolean hasNews() {
        return news && !waiting.isEmpty();
    }

    /** Takes a message out; gone from the store with the next write. */
    synchronized void consume(Message message) {
        if (waiting.remove(message)) {
            consumed.add(message);
        }
    }

    /** What takes out of the store what was consumed since this was last asked. */
    synchronized List<Change> gone() {
        List<Change> changes = changes(consumed);
        consumed.clear();
        return changes;
    }

    /** What takes all that is known out of the store. */
    synchronized List<Change> all() {
        List<Change> changes = changes(consumed);
        changes.addAll(changes(waiting));
        return changes;
    }

    private static List<Change> changes(List<Message> messages) {
        List<Change> changes = new ArrayList<>();
        messages.forEach(message -> changes.add(new Change.Delete(message.key(), Expectation.anything())));
        return changes;
    }
}
