package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.host.HostReply;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers what is answered by the passing of time, before what came later: nobody may have carried the execution meanwhile. All
 * under the lock of its host.
 */
final class Dues {
    private static final long LONGEST_PAUSE_MILLIS = 50;

    private final Live live;
    private final JournalHost host;
    private final Story story;
    private Collection<Open> open = List.of();
    private boolean heldBack;

    Dues(Live live, JournalHost host, Story story) {
        this.live = live;
        this.host = host;
        this.story = story;
    }

    /** @param calls those that have no answer yet, now and at any time */
    void watch(Collection<Open> calls) {
        open = calls;
    }

    /**
     * Whether something was due before this message came, and has no answer yet. The message is looked at again once the code has heard
     * that, since it may wait for something else then.
     *
     * @param it which waits for the message
     */
    boolean holdsBack(Message message, Open it) {
        boolean holds = Stream.concat(open.stream(), Stream.of(it))
                .anyMatch(each -> each.atDue.isPresent()
                        && each.due.orElse(Long.MAX_VALUE) < Math.min(message.sentAt(), host.now())
                        && story.answered(each.number).isEmpty());
        heldBack |= holds;
        return holds;
    }

    /** Answers what is due by now; answers in how many milliseconds to look again. */
    long fire() throws InterruptedException {
        long now = host.now();
        long wait = LONGEST_PAUSE_MILLIS;
        boolean fired = false;
        for (Open it : List.copyOf(open)) {
            if (it.due.isEmpty() || story.answered(it.number).isPresent()) {
                continue;
            }
            long left = it.due.get() - now;
            if (left > 0) {
                wait = Math.min(wait, left);
            } else if (it.atDue.isPresent()) {
                HostReply reply = it.atDue.get();
                it.due = Optional.empty();
                live.answer(it, reply);
                live.leave(it);
                fired = true;
            } else {
                it.due = Optional.empty();
                live.gating().begin(it);
            }
        }
        if (heldBack && !fired) {
            heldBack = false;
            List.copyOf(open).forEach(live::look);
        }
        return wait;
    }
}
