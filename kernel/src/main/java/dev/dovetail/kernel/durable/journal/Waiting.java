package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.host.HostCall;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an execution waits for.
 *
 * @param due the earliest moment at which it goes on by itself, in milliseconds since 1970
 * @param why in one word for people: {@code operator}, {@code gate}, {@code approval}, {@code child}, {@code event}, {@code input},
 *     {@code retry} or {@code timer}
 * @param events the types of the events that it waits for
 */
public record Waiting(Optional<Long> due, String why, List<String> events) {
    /** A wait that is over sooner is waited for. */
    private static final long SHORT_MILLIS = 1000;
    /** What may be answered by another execution at any moment is given one. */
    private static final long LINGER_MILLIS = 50;

    /** Who sends pieces sends several. */
    private static final long PIECE_LINGER_MILLIS = 2000;

    static Waiting of(Collection<Open> open) {
        return new Waiting(due(open), why(open), events(open));
    }

    /** Whether everything waits for long. */
    static boolean allLong(Collection<Open> open, long now, boolean lingering) {
        return !open.isEmpty()
                && open.stream()
                        .allMatch(it -> !it.busy
                                && it.due.map(due -> due - now > SHORT_MILLIS).orElse(true)
                                && (it.call instanceof HostCall.Sleep || !lingering || now - it.since > linger(it)));
    }

    private static long linger(Open it) {
        return it.call instanceof HostCall.Read ? PIECE_LINGER_MILLIS : LINGER_MILLIS;
    }

    /** Why an execution waits that somebody has to look at. */
    private static final String OPERATOR = "operator";

    private static Optional<Long> due(Collection<Open> open) {
        return open.stream().flatMap(it -> it.due.stream()).min(Long::compare);
    }

    private static String why(Collection<Open> open) {
        return open.stream()
                .map(Waiting::why)
                .min(Comparator.comparing((String why) -> !why.equals(OPERATOR))
                        .thenComparing(why -> !why.equals(Gate.WHY))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("");
    }

    private static String why(Open it) {
        if (it.asks) {
            return OPERATOR;
        }
        if (it.gated) {
            return Gate.WHY;
        }
        if (it.child.isPresent()) {
            return "child";
        }
        return switch (it.call) {
            case HostCall.AwaitEvent _ -> "event";
            case HostCall.Read _ -> "input";
            case HostCall.Step _ -> "retry";
            case HostCall.Other _ -> Approval.CALL; // the others are answered, or busy
            default -> "timer";
        };
    }

    private static List<String> events(Collection<Open> open) {
        return open.stream()
                .filter(it -> !it.gated)
                .flatMap(it -> it.call instanceof HostCall.AwaitEvent await ? Stream.of(await.type()) : Stream.empty())
                .distinct()
                .toList();
    }
}
