package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.log.Pipes;
import dev.dovetail.worker.log.Redaction;
import dev.dovetail.worker.sandbox.Cell;
import dev.dovetail.worker.sandbox.CellPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lets a language's own checker look at a function's file, in a cell of its own: not even a parser is trusted with it. */
final class Checking {
    private static final long LOOK_MS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MEMORY_MB = 512;
    private static final int MOST_PROBLEMS = 200;

    /** There is room for a product in Base64, a few thousand bytes in each line. */
    private static final Pipes.Bounds BOUNDS = new Pipes.Bounds(4_000, 8 << 20, 16 << 20);

    private final Yard yard;
    private final Interpreter interpreter;

    Checking(Yard yard, Interpreter interpreter) {
        this.yard = yard;
        this.interpreter = interpreter;
    }

    List<Problem> check(Launch launch, Handler handler) {
        Limits limits = new Limits(MEMORY_MB, PATIENCE, 0, Map.of());
        Layout.Room room = new Layout.Room(interpreter, limits, Egress.NONE, launch.atLeast());
        CellPlan worker = Layout.plan(yard, room, Layout.mounts(launch), Map.of());
        List<String> command =
                yard.language().check(interpreter, Layout.FILES, Layout.CODE, Layout.layers(launch), handler);
        CellPlan plan = new CellPlan(
                command,
                worker.environment(),
                worker.directory(),
                worker.mounts(),
                worker.memoryBytes(),
                worker.temporaryBytes(),
                worker.processes(),
                worker.files(),
                worker.egress(),
                worker.atLeast());
        try (Cell cell = yard.sandbox().start(plan)) {
            return read(cell, launch, handler);
        } catch (IOException e) {
            throw new PluginException(
                    PluginException.Kind.UNAVAILABLE, "The code could not be checked: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(PluginException.Kind.UNAVAILABLE, "Interrupted while the code was checked", e);
        }
    }

    private List<Problem> read(Cell cell, Launch launch, Handler handler) throws InterruptedException {
        List<String> out = new ArrayList<>();
        Pipes output = new Pipes(List.of(cell.output()), new Redaction(), BOUNDS, what -> {});
        output.to((execution, line) -> out.add(line));
        Pipes errors = new Pipes(List.of(cell.errors()), new Redaction(), BOUNDS, what -> {});
        long until = System.nanoTime() + PATIENCE.toNanos();
        Optional<Cell.End> end = Optional.empty();
        while (end.isEmpty() && System.nanoTime() < until) {
            try {
                end = Optional.of(cell.ended().get(LOOK_MS, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                // what it writes is taken meanwhile
            } catch (ExecutionException e) {
                throw new IllegalStateException("A checker's end is not known", e.getCause());
            }
            output.drain();
            errors.drain();
        }
        output.end();
        errors.end();
        if (end.isEmpty() || end.get().status() != 0) {
            String why = end.map(Cell.End::said).orElse("took longer than " + PATIENCE);
            return List.of(Problem.error(
                    "NOT_CHECKED",
                    "The file \"" + handler.file() + "\" could not be checked: the checker " + why + " "
                            + String.join("\n", errors.last())));
        }
        List<Problem> problems = new ArrayList<>();
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        for (String line : out) {
            Fields fields = fields(line);
            if (fields.has("made")) {
                made.writeBytes(piece(fields, line));
            } else if (problems.size() < MOST_PROBLEMS) {
                problems.add(problem(fields, line, launch, handler));
            }
        }
        if (made.size() > 0 && made.size() <= Product.MOST_BYTES && problems.isEmpty()) {
            yard.language()
                    .product(launch, interpreter, handler)
                    .ifPresent(product -> product.keep(Bytes.given(made.toByteArray())));
        }
        return problems;
    }

    private static Fields fields(String line) {
        try {
            return Fields.read(line.getBytes(StandardCharsets.UTF_8));
        } catch (NotJson e) {
            throw broken(e.getMessage(), line, e);
        }
    }

    private static byte[] piece(Fields fields, String line) {
        try {
            return Base64.getDecoder().decode(fields.text("made"));
        } catch (NotJson | IllegalArgumentException e) {
            throw broken(e.getMessage(), line, e);
        }
    }

    private static PluginException broken(String what, String line, Exception cause) {
        return new PluginException(
                PluginException.Kind.BROKEN, "The checker wrote a line that is " + what + ": " + line, cause);
    }

    private static Problem problem(Fields fields, String line, Launch launch, Handler handler) {
        try {
            Place place = new Place(
                    handler.file(),
                    Math.clamp(fields.number("line", 0), 0, Integer.MAX_VALUE),
                    Math.clamp(fields.number("column", 0), 0, Integer.MAX_VALUE));
            String snippet = Faults.line(launch, place);
            return new Problem(
                    fields.text("code"),
                    fields.text("severity", "error").equals("warning")
                            ? Problem.Severity.WARNING
                            : Problem.Severity.ERROR,
                    fields.text("message"),
                    Optional.of(place),
                    snippet.isEmpty() ? Optional.empty() : Optional.of(snippet),
                    fields.findText("remedy"));
        } catch (NotJson e) {
            throw broken(e.getMessage(), line, e);
        }
    }
}
