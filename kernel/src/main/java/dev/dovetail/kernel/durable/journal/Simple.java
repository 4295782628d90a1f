package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Answers at once what needs nothing of the world. */
final class Simple {
    private Simple() {}

    static Optional<HostReply> answer(HostCall call, long now, Story story, Hosts hosts) {
        return switch (call) {
            case HostCall.Now _ ->
                Optional.of(text(
                        Instant.ofEpochMilli(now).truncatedTo(ChronoUnit.MILLIS).toString()));
            case HostCall.Random random -> Optional.of(random(random, story, hosts));
            default -> Optional.empty();
        };
    }

    /** The same label is the same value in the whole execution. */
    private static HostReply random(HostCall.Random random, Story story, Hosts hosts) {
        if (random.label().isPresent()) {
            for (Line line : story.lines()) {
                if (line.type().equals(Line.ASKED)
                        && line.text("call").equals("random")
                        && line.text("label").equals(random.label().get())) {
                    Optional<Line> before = story.answered(line.number());
                    if (before.isPresent()) {
                        return story.reply(before.get());
                    }
                }
            }
        }
        return text(hosts.random());
    }

    private static HostReply text(String text) {
        return new HostReply.Value(Bytes.utf8("\"" + text + "\""));
    }
}
