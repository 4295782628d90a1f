package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.host.HostCall;
import java.time.Instant;
import java.util.List;

/** Tells, in an execution's log, of events that its filters fail on: nobody else would know why it still waits. */
final class PassedOver {
    private final Schemas schemas;

    PassedOver(Schemas schemas) {
        this.schemas = schemas;
    }

    /** Tells of this event once, however often it is looked at. */
    void tell(Story story, HostCall.AwaitEvent wait, Message message, String why) {
        String fields = schemas.object()
                .put("event", message.id())
                .put("filter", wait.filter())
                .toString();
        if (story.lines().stream().noneMatch(line -> isTold(line, fields))) {
            story.log(List.of(new LogLine(
                    Instant.ofEpochMilli(message.body().path("sent").longValue(0)),
                    "warning",
                    "An event of the type \"" + wait.type() + "\" was passed over: the filter fails on it: " + why,
                    fields)));
        }
    }

    private static boolean isTold(Line line, String fields) {
        return line.type().equals(Line.LOG) && line.said().fields().equals(fields);
    }
}
