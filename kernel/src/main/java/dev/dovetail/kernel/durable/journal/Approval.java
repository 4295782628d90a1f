package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.host.HostCall;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A decision of a person's that an execution asked for: the host function {@code approval}, version 1, of
 * {@code {name, timeoutMs?, message?}}.
 *
 * @param call the number of the call in the main scope
 * @param message what the person is asked
 * @param within how long it may take, if the code said so
 * @param answer the journal's answer, if it has one
 */
public record Approval(
        long call,
        String name,
        Optional<String> message,
        Instant askedAt,
        Optional<Duration> within,
        Optional<Line> answer) {
    /** The name of the host function. */
    public static final String CALL = "approval";

    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_MESSAGE = 2000;

    /** A decision that was taken in time counts, also if it takes a moment to be heard of. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    static boolean is(HostCall call) {
        return call instanceof HostCall.Other other && other.name().equals(CALL) && other.version() == 1;
    }

    /** What is wrong with the arguments, if something is. */
    static Optional<String> problem(JsonNode arguments) {
        JsonNode name = arguments.path("name");
        JsonNode message = arguments.path("message");
        JsonNode within = arguments.path("timeoutMs");
        if (!name.isString()
                || name.stringValue().isBlank()
                || name.stringValue().length() > LONGEST_NAME) {
            return wrong("name", name, "1 to " + LONGEST_NAME + " characters");
        }
        if (is(message) && (!message.isString() || message.stringValue().length() > LONGEST_MESSAGE)) {
            return wrong("message", message, "a text of at most " + LONGEST_MESSAGE + " characters");
        }
        if (is(within) && (!within.canConvertToLong() || !within.isIntegralNumber() || within.longValue() <= 0)) {
            return wrong("timeoutMs", within, "whole milliseconds above 0");
        }
        return Optional.empty();
    }

    private static boolean is(JsonNode field) {
        return !field.isMissingNode() && !field.isNull();
    }

    private static Optional<String> wrong(String field, JsonNode value, String expected) {
        String text = value.toString();
        String shown = text.length() > 100 ? text.substring(0, 100) + "..." : text;
        return Optional.of(
                "approval: " + field + " is " + (value.isMissingNode() ? "missing" : shown) + "; expected " + expected);
    }

    /** A call whose arguments have no {@link #problem}. */
    static Approval of(Line asked, JsonNode arguments) {
        return new Approval(
                asked.number(),
                arguments.get("name").stringValue(),
                Optional.ofNullable(arguments.path("message").stringValue(null)),
                Instant.ofEpochMilli(asked.at()),
                is(arguments.path("timeoutMs"))
                        ? Optional.of(
                                Duration.ofMillis(arguments.get("timeoutMs").longValue()))
                        : Optional.empty(),
                Optional.empty());
    }

    /** When its time is up, as people are told. */
    public Optional<Instant> expiresAt() {
        return within.map(this::after);
    }

    /** When the code is told that nobody decided, in milliseconds since 1970. */
    Optional<Long> due() {
        return within.map(most -> after(most).plus(GRACE).toEpochMilli());
    }

    /** A time too far away for a clock is as good as never. */
    private Instant after(Duration most) {
        Duration longest = Duration.ofDays(366L * 1000);
        return askedAt.plus(most.compareTo(longest) < 0 ? most : longest);
    }

    /** All that a journal tells of, in the order in which they were asked. */
    public static List<Approval> all(List<Line> lines) {
        Map<Long, Approval> found = new LinkedHashMap<>();
        for (Line line : lines) {
            if (line.type().equals(Line.ASKED)
                    && line.text("call").equals(CALL)
                    && line.whole("version") == 1
                    && problem(line.at("input")).isEmpty()) {
                found.put(line.number(), of(line, line.at("input")));
            } else if (line.type().equals(Line.ANSWERED)) {
                found.computeIfPresent(line.number(), (_, it) -> it.answered(line));
            }
        }
        return List.copyOf(found.values());
    }

    private Approval answered(Line line) {
        return new Approval(call, name, message, askedAt, within, Optional.of(line));
    }
}
