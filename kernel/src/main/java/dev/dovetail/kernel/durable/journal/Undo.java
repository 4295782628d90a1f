package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A step that has something to undo: its call, and its output if it is settled.
 *
 * @param tried how often that was tried in vain
 */
public record Undo(long number, String label, String function, Bytes input, Optional<Bytes> output, int tried) {
    /** The label of the last step that failed for good. */
    public static Optional<String> failedStep(Story story) {
        return story.lines().reversed().stream()
                .filter(line -> line.type().equals(Line.ANSWERED) && line.json().has("fault"))
                .flatMap(line -> story.asked(line.number()).stream())
                .filter(call -> call.text("call").equals("step"))
                .map(call -> call.text("label"))
                .findFirst();
    }

    /**
     * The steps that are to be undone, in the reverse order of their completion; one that began and never ended first, since it
     * may have had its effect. Those that were undone are not among them, and those that failed have nothing to undo.
     */
    public static List<Undo> all(Story story) {
        List<Undo> found = new ArrayList<>();
        Map<Long, Integer> tried = new HashMap<>();
        story.lines().stream()
                .filter(line -> line.type().equals(Line.UNTRIED))
                .forEach(line -> tried.merge(line.number(), 1, Integer::sum));
        for (Line line : story.lines()) {
            boolean begun = line.type().equals(Line.BEGUN)
                    && story.answered(line.number()).isEmpty();
            // what somebody gave in place of an answer is no answer: held at a gate the step's own is known, or it
            // never ran
            boolean ended = line.type().equals(Line.ANSWERED) || line.type().equals(Line.HELD);
            boolean done = ended && line.json().has("value") && !line.json().has("replaced");
            if (line.type().equals(Line.HELD) && line.json().has("fault")) {
                found.removeIf(each -> each.number() == line.number());
            }
            Optional<Line> call = story.asked(line.number())
                    .filter(it -> (begun || done) && it.json().has("compensation"));
            if (call.isPresent()) {
                found.removeIf(each -> each.number() == line.number());
                found.add(new Undo(
                        line.number(),
                        call.get().text("label"),
                        call.get().text("compensation"),
                        story.value(call.get(), "input"),
                        done ? Optional.of(story.value(line, "value")) : Optional.empty(),
                        tried.getOrDefault(line.number(), 0)));
            }
        }
        found.removeIf(each -> story.undone(each.number()).isPresent());
        return found.reversed();
    }
}
