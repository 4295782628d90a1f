package dev.dovetail.cli;

import dev.dovetail.cli.Screen.Ink;
import dev.dovetail.cli.local.Listener;
import dev.dovetail.cli.local.LocalEnd;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.HostNote;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows a local run: what the code says as it comes, then its answer or what went wrong. Thread-safe. */
final class RunReport implements Listener {
    private final Screen screen;
    private final Source source;
    private final boolean json;
    private final ArrayNode logs = Screen.JSON.createArrayNode();
    private final ArrayNode chunks = Screen.JSON.createArrayNode();

    /** @param json whether everything is told at the end, in one document */
    RunReport(Screen screen, Source source, boolean json) {
        this.screen = screen;
        this.source = source;
        this.json = json;
    }

    @Override
    public synchronized void log(HostNote.Log log) {
        String level = log.level().name().toLowerCase(Locale.ROOT);
        String fields = log.fields().text();
        if (json) {
            ObjectNode line = logs.addObject().put("level", level).put("message", log.message());
            if (!fields.equals("{}")) {
                line.set("fields", read(fields));
            }
            return;
        }
        Ink ink = switch (log.level()) {
            case ERROR -> Ink.RED;
            case WARNING -> Ink.YELLOW;
            case INFO -> Ink.CYAN;
            default -> Ink.FAINT;
        };
        screen.aside(screen.ink(ink, "%-7s".formatted(level)) + " " + Screen.plain(log.message())
                + (fields.equals("{}") ? "" : " " + screen.ink(Ink.FAINT, Screen.plain(fields))));
    }

    @Override
    public synchronized void progress(HostNote.Progress progress) {
        if (!json) {
            screen.aside(screen.ink(Ink.CYAN, "%-7s".formatted(Math.round(progress.fraction() * 100) + " %")) + " "
                    + Screen.plain(progress.message()));
        }
    }

    @Override
    public synchronized void chunk(Bytes data) {
        if (json) {
            chunks.add(read(data.text()));
        } else {
            screen.line(Screen.JSON.writeValueAsString(read(data.text())));
        }
    }

    @Override
    public synchronized void print(String line) {
        if (json) {
            logs.addObject().put("level", "info").put("message", line);
        } else {
            screen.aside(Screen.plain(line));
        }
    }

    /** The last word; answers the exit status. */
    synchronized int end(LocalEnd end) {
        if (json) {
            screen.line(Screen.JSON.writeValueAsString(document(end)));
            return end instanceof LocalEnd.Returned ? 0 : Main.REFUSED;
        }
        switch (end) {
            case LocalEnd.Returned returned -> {
                JsonNode body = read(returned.body().text());
                screen.line(Pretty.shown(body, screen));
                times(returned.times());
                return 0;
            }
            case LocalEnd.Failed failed -> {
                fault(failed.fault());
                times(failed.times());
            }
            case LocalEnd.NotStarted not -> not.problems().forEach(this::problem);
        }
        return Main.REFUSED;
    }

    private void fault(Fault fault) {
        Trouble trouble = new Trouble(screen, source.folder());
        trouble.show(fault.message(), fault.place(), Optional.empty());
        JsonNode details = read(fault.details().text());
        trouble.callers(details);
        if (!fault.id().equals(Fault.CODE)) {
            screen.aside(screen.ink(
                    Ink.FAINT,
                    "  " + Screen.plain(fault.id())
                            + (details.isEmpty() || details.has("stack")
                                    ? ""
                                    : " " + Screen.plain(details.toString()))));
        }
    }

    private void problem(Problem problem) {
        new Trouble(screen, source.folder()).show(problem.message(), problem.place(), problem.snippet());
        problem.remedy().ifPresent(remedy -> screen.aside("  try: " + Screen.plain(remedy)));
    }

    private void times(LocalEnd.Times times) {
        if (screen.terminal()) {
            screen.aside(screen.ink(
                    Ink.FAINT,
                    source.offer().runtime() + "  " + source.handler() + "  started in " + ms(times.start())
                            + ", ran " + ms(times.run())
                            + (times.usage().peakBytes() > 0
                                    ? ", " + (times.usage().peakBytes() + 1023) / 1024 + " KB"
                                    : "")
                            + times.isolation()
                                    .map(level -> ", isolation: " + level)
                                    .orElse("")));
        }
    }

    private static String ms(Duration duration) {
        double millis = duration.toNanos() / 1e6;
        return (millis < 10 ? "%.1f" : "%.0f").formatted(millis) + " ms";
    }

    private ObjectNode document(LocalEnd end) {
        ObjectNode all = Screen.JSON.createObjectNode();
        all.put("status", end instanceof LocalEnd.Returned ? "succeeded" : "failed");
        all.put("runtime", source.offer().runtime()).put("handler", source.handler());
        switch (end) {
            case LocalEnd.Returned returned -> {
                all.set("output", read(returned.body().text()));
                times(all, returned.times());
            }
            case LocalEnd.Failed failed -> {
                Fault fault = failed.fault();
                ObjectNode error = all.putObject("error")
                        .put("id", fault.id())
                        .put("owner", fault.owner().name().toLowerCase(Locale.ROOT))
                        .put("message", fault.message());
                fault.place().ifPresent(place -> error.put("place", place.toString()));
                error.set("details", read(fault.details().text()));
                times(all, failed.times());
            }
            case LocalEnd.NotStarted not -> {
                ArrayNode errors = all.putArray("errors");
                for (Problem each : not.problems()) {
                    ObjectNode error =
                            errors.addObject().put("code", each.code()).put("message", each.message());
                    each.place().ifPresent(place -> error.put("place", place.toString()));
                    each.snippet().ifPresent(snippet -> error.put("snippet", snippet));
                    each.remedy().ifPresent(remedy -> error.put("remedy", remedy));
                }
            }
        }
        if (!chunks.isEmpty()) {
            all.set("chunks", chunks);
        }
        all.set("logs", logs);
        return all;
    }

    private static void times(ObjectNode all, LocalEnd.Times times) {
        all.put("startMs", times.start().toNanos() / 1000 / 1000.0);
        all.put("runMs", times.run().toNanos() / 1000 / 1000.0);
        all.put("cpuMs", times.usage().cpu().toNanos() / 1000 / 1000.0);
        all.put("peakBytes", times.usage().peakBytes());
        times.isolation().ifPresent(level -> all.put("isolation", level));
    }

    private static JsonNode read(String text) {
        try {
            return Screen.JSON.readTree(text);
        } catch (JacksonException _) {
            return Screen.JSON.getNodeFactory().stringNode(text);
        }
    }
}
