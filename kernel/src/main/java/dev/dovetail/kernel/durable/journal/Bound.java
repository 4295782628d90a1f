package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.Fault;
import java.util.List;

/** The executions that end with the one that started them. */
public final class Bound {
    private Bound() {}

    /** The calls that started them, of those that may be open when this execution ends. */
    public static List<Long> calls(Story story) {
        return story.lines().stream()
                .filter(line -> line.type().equals(Line.ASKED)
                        && line.text("call").equals("invoke")
                        && line.text("onParentEnd").equals("CANCEL")
                        && (line.text("mode").equals("ASYNC") || mayRun(story, line.number())))
                .map(Line::number)
                .toList();
    }

    /** Of one that was waited for in vain nobody knows an end. */
    private static boolean mayRun(Story story, long number) {
        return story.answered(number)
                .map(answer ->
                        answer.json().has("fault") && story.fault(answer).id().equals(Fault.TIMEOUT))
                .orElse(true);
    }
}
