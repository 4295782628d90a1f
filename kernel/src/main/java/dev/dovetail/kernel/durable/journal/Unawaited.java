package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.record.Execution.LogLine;
import java.time.Instant;
import java.util.List;

/** Steps whose end the code did not wait for before it ended well itself: mostly a forgotten word, which its author is told of. */
public final class Unawaited {
    private Unawaited() {}

    /** What is logged of them, one line for each. */
    public static List<LogLine> told(Story story, Instant now) {
        return story.lines().stream()
                .filter(line -> line.type().equals(Line.ASKED)
                        && line.text("call").equals("step")
                        && story.answered(line.number()).isEmpty())
                .map(step -> new LogLine(now, "warning", told(step), "{}"))
                .toList();
    }

    private static String told(Line step) {
        String file = step.at("place").path("file").stringValue("");
        String place = file.isEmpty()
                ? ""
                : " (" + file + ":" + step.at("place").path("line").intValue(0) + ")";
        return "The step \"" + step.text("label") + "\"" + place
                + " was not waited for: the execution ended before it had, and whether it was done is not known";
    }
}
