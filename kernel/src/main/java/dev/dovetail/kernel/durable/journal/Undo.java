package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A step that has something to undo: its call, and its output if it is settled. */
public record Undo(long number, String label, String function, Bytes input, Optional<Bytes> output) {
    /**
     * The steps that are to be undone, in the reverse order of their completion; one that began and never ended first, since it
     * may have had its effect. Those that were undone are not among them, and those that failed have nothing to undo.
     */
    public static List<Undo> all(Story story) {
        List<Undo> found = new ArrayList<>();
        for (Line line : story.lines()) {
            boolean begun = line.type().equals(Line.BEGUN)
                    && story.answered(line.number()).isEmpty();
            boolean done = line.type().equals(Line.ANSWERED) && !line.json().has("fault");
            Optional<Line> call = story.asked(line.number())
                    .filter(it -> (begun || done) && it.json().has("compensation"));
            if (call.isPresent()) {
                found.removeIf(each -> each.number() == line.number());
                found.add(new Undo(
                        line.number(),
                        call.get().text("label"),
                        call.get().text("compensation"),
                        story.value(call.get(), "input"),
                        done ? Optional.of(story.value(line, "value")) : Optional.empty()));
            }
        }
        found.removeIf(each -> story.undone(each.number()).isPresent());
        return found.reversed();
    }
}
