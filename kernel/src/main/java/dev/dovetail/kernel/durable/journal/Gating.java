package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.durable.journal.Gate.When;
import dev.dovetail.spi.host.HostReply;
import java.util.Collection;
import java.util.Optional;

/** Holds calls of the main scope at gates. All under the lock of its host. */
final class Gating {
    private final JournalHost host;
    private final Live live;
    private final Story story;
    private final Outside outside;

    Gating(JournalHost host, Live live, Story story, Outside outside) {
        this.host = host;
        this.live = live;
        this.story = story;
        this.outside = outside;
    }

    /** The code makes this call for the first time. */
    void reaches(long number) {
        story.gates()
                .waiting(When.BEFORE, story.asked(number).orElseThrow())
                .ifPresent(gate -> story.add(
                        Line.HELD,
                        host.now(),
                        number,
                        story.nothing()
                                .put("gate", gate.id())
                                .put("when", gate.when().word())));
    }

    /** Begins what a call asks for, unless a gate holds it, or says what it is answered with. */
    void begin(Open it) throws InterruptedException {
        it.gated = story.gates().holds(it.number);
        if (it.gated) {
            return;
        }
        Optional<Line> settled = story.gates().settled(it.number);
        if (settled.isPresent()) {
            live.answer(it, story.reply(settled.get()));
        } else {
            live.begin(it);
        }
    }

    /** When a call began; the time in which it was held before is not its own. In milliseconds since 1970. */
    long begunAt(Open it) {
        return story.gates().begunAt(story.asked(it.number).orElseThrow());
    }

    /** Whether a gate holds the answer to a call, which is kept: what was done is not done again. */
    boolean holds(Open it, HostReply reply) {
        Optional<Gate> gate =
                story.gates().waiting(When.AFTER, story.asked(it.number).orElseThrow());
        if (gate.isEmpty()) {
            return false;
        }
        story.add(
                Line.HELD,
                host.now(),
                it.number,
                story.told(it.number, reply)
                        .put("gate", gate.get().id())
                        .put("when", gate.get().when().word()));
        it.gated = true;
        it.asks = false;
        it.due = Optional.empty();
        it.atDue = Optional.empty();
        return true;
    }

    /** Takes up what was said about gates. */
    void take(Collection<Open> open) {
        for (Message message : outside.gating()) {
            Gates.take(story, message, host.now());
            outside.consumed(message);
        }
        for (Open it : open) {
            if (it.gated && !story.gates().holds(it.number)) {
                it.gated = false;
                it.due = Optional.of(host.now()); // the code's own thread goes on with it
            }
        }
    }
}
