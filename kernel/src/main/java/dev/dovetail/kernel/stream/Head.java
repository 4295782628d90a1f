package dev.dovetail.kernel.stream;

import dev.dovetail.spi.Name;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a stream as a whole.
 *
 * @param carried whether its execution was accepted and is carried to its end; otherwise it lives with its process
 * @param boot the process in which it began
 * @param last the number of its last event; 0 if it has none
 * @param bytes of all events
 * @param ended when its last event was written; an accepted execution's end is its own
 * @param sweep when it is looked at to be forgotten
 * @param marks the last call of each step that sent pieces, so that none is sent twice
 */
public record Head(
        Name function,
        boolean carried,
        String boot,
        long last,
        long bytes,
        Optional<Instant> ended,
        Instant sweep,
        Map<Long, Long> marks) {
    /** Steps whose code runs at the same time are few; what is older has ended. */
    private static final int MOST_MARKS = 256;

    public Head {
        marks = Map.copyOf(marks);
    }

    boolean has(Mark mark) {
        return marks.getOrDefault(mark.step(), Long.MIN_VALUE) >= mark.call();
    }

    Head with(StreamEvent event, Optional<Mark> mark) {
        Map<Long, Long> more = marks;
        if (mark.isPresent()) {
            more = new LinkedHashMap<>(marks);
            more.put(mark.get().step(), mark.get().call());
            if (more.size() > MOST_MARKS) {
                more.keySet().stream()
                        .filter(step -> step != Mark.MAIN)
                        .min(Long::compare)
                        .ifPresent(more::remove);
            }
        }
        return new Head(function, carried, boot, event.number(), bytes + event.weight(), ended, sweep, more);
    }

    Head ended(Instant now, Instant forget) {
        return new Head(function, carried, boot, last, bytes, Optional.of(now), forget, marks);
    }

    Head sweptAt(Instant later) {
        return new Head(function, carried, boot, last, bytes, ended, later, marks);
    }
}
