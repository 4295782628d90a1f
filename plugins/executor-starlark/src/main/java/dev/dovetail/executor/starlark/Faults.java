package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Halt;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Mutability;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import java.util.Locale;
import java.util.Optional;

/** Makes faults of what goes wrong in a function, with details as the error's type prescribes. */
final class Faults {
    private static final int LONGEST_MESSAGE = 4_000;

    private Faults() {}

    static Optional<Place> place(Failure failure) {
        return failure.frames().stream().map(Failure.Frame::place).findFirst();
    }

    /** @param line the source line of a place */
    static Fault of(Failure failure, String line) {
        Optional<Place> place = place(failure);
        // what the details need is small, and must not count against the function
        Run scratch = new Run(1_000_000, 1 << 20, "");
        Dict details = new Dict(Mutability.FROZEN);
        details.enter(scratch, "runtime", "starlark");
        details.enter(scratch, "phase", "execute");
        details.enter(scratch, "error_kind", failure.kind().name().toLowerCase(Locale.ROOT));
        place.ifPresent(at -> details.enter(scratch, "location", location(scratch, at, line)));
        StarList frames = new StarList(Mutability.FROZEN);
        for (Failure.Frame frame : failure.frames()) {
            frames.append(scratch, frame(scratch, frame));
        }
        Dict stack = new Dict(Mutability.FROZEN);
        stack.enter(scratch, "frames", frames);
        details.enter(scratch, "stack", stack);
        return new Fault(
                Fault.CODE,
                Fault.Owner.FUNCTION,
                shortened(failure.getMessage()),
                Bytes.given(JsonWriter.write(scratch, details)),
                place);
    }

    private static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "...";
    }

    private static Dict location(Run scratch, Place at, String line) {
        Dict location = new Dict(Mutability.FROZEN);
        location.enter(scratch, "line", Ints.of(at.line()));
        location.enter(scratch, "column", Ints.of(at.column()));
        location.enter(scratch, "code", line);
        return location;
    }

    private static Dict frame(Run scratch, Failure.Frame frame) {
        Dict shown = new Dict(Mutability.FROZEN);
        shown.enter(scratch, "function", frame.function());
        shown.enter(scratch, "file", frame.place().file());
        shown.enter(scratch, "line", Ints.of(frame.place().line()));
        shown.enter(scratch, "column", Ints.of(frame.place().column()));
        return shown;
    }

    /** A limit of the function's own that it reached, or what all share and others hold, and where it was. */
    static Fault limit(Halt halt, Limits limits, Outcome.Usage used) {
        Optional<Place> place = halt.frames().stream().map(Failure.Frame::place).findFirst();
        return switch (halt.reason()) {
            case STEPS -> new Fault(Fault.CPU_LIMIT, Fault.Owner.FUNCTION, halt.getMessage(), Bytes.utf8("{}"), place);
            case CROWDED ->
                new Fault(Fault.QUOTA_EXCEEDED, Fault.Owner.PLATFORM, halt.getMessage(), Bytes.utf8("{}"), place);
            default -> memory(halt.getMessage(), limits, used, place);
        };
    }

    /** For a call that found the heap full: what it held is let go, and the others go on. */
    static Fault heap(Limits limits, Outcome.Usage used) {
        return memory(
                "The call found no memory left on this node, within its limit of " + Budget.megabytes(limits) + " MB",
                limits,
                used,
                Optional.empty());
    }

    private static Fault memory(String message, Limits limits, Outcome.Usage used, Optional<Place> place) {
        return new Fault(
                Fault.MEMORY_LIMIT,
                Fault.Owner.FUNCTION,
                message,
                Bytes.utf8("{\"limit\":{\"memory_limit_mb\":" + Budget.megabytes(limits)
                        + "},\"observed\":{\"max_memory_used_mb\":" + (used.peakBytes() >> 10) / 1024.0 + "}}"),
                place);
    }
}
