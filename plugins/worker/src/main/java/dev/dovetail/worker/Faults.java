package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.worker.host.Questions;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.json.JsonText;
import dev.dovetail.worker.log.Redaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/** Makes faults of the errors that workers report, with details as the error's type prescribes. */
final class Faults {
    private static final int LONGEST_MESSAGE = 4_000;
    private static final int MOST_FRAMES = 50;
    private static final int LONGEST_LINE = 200;
    private static final long LARGEST_FILE = 1 << 20;

    private Faults() {}

    /**
     * @param peakBytes the most memory that the call held at once, if that is known
     * @param refused what the host refused a question with
     */
    static Fault of(
            Fields error,
            Launch launch,
            Redaction redaction,
            Optional<Long> peakBytes,
            LongFunction<Optional<Fault>> refused)
            throws NotJson {
        Optional<Fault> hosts = error.has("refused") ? refused.apply(error.number("refused")) : Optional.empty();
        if (hosts.isPresent()) {
            return hosts.get();
        }
        String message = redaction.clean(shortened(error.text("message", "The function failed")));
        Optional<Place> place = error.has("file") ? Optional.of(Questions.place(error)) : Optional.empty();
        if (error.flag("memory")) {
            return memory(": " + message, launch.limits().memoryMb(), peakBytes, place);
        }
        String id = error.text("id", Fault.CODE);
        if (!id.startsWith("gts.") || !id.endsWith("~")) {
            throw new NotJson("\"" + shortened(id) + "\" is not the id of an error type; expected gts....~");
        }
        Bytes details = id.equals(Fault.CODE) && !error.has("details")
                ? details(error, launch, place)
                : error.json("details").orElse(Bytes.utf8("{}"));
        return new Fault(id, Fault.Owner.FUNCTION, message, redaction.clean(details), place);
    }

    /** @param said what follows the words, if anything does */
    static Fault memory(String said, int memoryMb, Optional<Long> peakBytes, Optional<Place> place) {
        String observed = peakBytes
                .filter(bytes -> bytes > 0)
                .map(bytes -> ",\"observed\":{\"max_memory_used_mb\":" + (bytes >> 10) / 1024.0 + "}")
                .orElse("");
        return new Fault(
                Fault.MEMORY_LIMIT,
                Fault.Owner.FUNCTION,
                "The function needed more memory than its " + memoryMb + " MB" + said,
                Bytes.utf8("{\"limit\":{\"memory_limit_mb\":" + memoryMb + "}" + observed + "}"),
                place);
    }

    private static Bytes details(Fields error, Launch launch, Optional<Place> place) throws NotJson {
        JsonText out = new JsonText()
                .object()
                .field("runtime", launch.runtime())
                .field("phase", "execute")
                .field("error_kind", error.text("name", "Error"));
        if (place.isPresent()) {
            out.key("location")
                    .object()
                    .field("line", place.get().line())
                    .field("column", place.get().column())
                    .field("code", line(launch, place.get()))
                    .end();
        }
        out.key("stack").object().key("frames").array();
        List<Fields> frames = error.each("frames");
        for (Fields frame : frames.subList(0, Math.min(frames.size(), MOST_FRAMES))) {
            Place at = Questions.place(frame);
            out.object()
                    .field("function", frame.text("function", ""))
                    .field("file", at.file())
                    .field("line", at.line())
                    .field("column", at.column())
                    .end();
        }
        return out.endArray().end().end().bytes();
    }

    /** The line of source, if it can be had. */
    static String line(Launch launch, Place place) {
        if (place.line() < 1) {
            return "";
        }
        try {
            // the worker names the file, and links lead anywhere
            Path root = launch.code().toRealPath();
            Path file = root.resolve(place.file()).toRealPath();
            if (!file.startsWith(root) || !Files.isRegularFile(file) || Files.size(file) > LARGEST_FILE) {
                return "";
            }
            try (Stream<String> lines = Files.lines(file)) {
                String line =
                        lines.skip(place.line() - 1).findFirst().orElse("").strip();
                return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "...";
            }
        } catch (IOException | java.io.UncheckedIOException | java.nio.file.InvalidPathException e) {
            return ""; // not text, or not there
        }
    }

    private static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "...";
    }
}
