package dev.dovetail.cli;

import dev.dovetail.cli.Screen.Ink;
import dev.dovetail.spi.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where the code of an execution stands, with its lines and its variables.
 *
 * @param frame whose variables are shown: 0 for what the code is in, 1 for what has called that
 */
record Standing(Screen screen, Api api, String id, int frame, boolean unmasked) {
    private static final long LOOK_MILLIS = 50;
    /** After so many looks it is asked whether it is still there that code is held. */
    private static final int LOOKS_AT_A_NODE = 20;
    /** A line that takes longer goes on while somebody is told so. */
    private static final int LOOKS_AFTER_A_STEP = 100;

    private static final int MISSED = 10;

    private static final List<String> GOING = List.of("queued", "running");

    /** The record of the execution, with {@code debug} unless nothing is known of where it stands. */
    JsonNode now() {
        return api.get(path("/debug"));
    }

    /** The same when it is held, or has ended. */
    JsonNode held() {
        return await(Integer.MAX_VALUE, shown -> isHeld(shown) || hasEnded(shown));
    }

    /** The same when one line is done: it is held, waits, has ended, or takes its time. */
    JsonNode stepped() {
        return await(
                LOOKS_AFTER_A_STEP,
                shown -> isHeld(shown) || hasEnded(shown) || !GOING.contains(Listing.text(shown, "status")));
    }

    private JsonNode await(int looks, Predicate<JsonNode> enough) {
        Optional<JsonNode> shown = api.find(path("/debug"));
        int missed = 0;
        for (int i = 0; i < looks && !shown.filter(enough).isPresent(); i++) {
            if (i % LOOKS_AT_A_NODE == 0) {
                requireHere();
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while code was to be held", e);
            }
            // between the end of a call and its record there is nothing for a moment
            missed = shown.isPresent() ? 0 : missed + 1;
            shown = missed < MISSED ? api.find(path("/debug")) : Optional.of(now());
        }
        return shown.orElseGet(this::now);
    }

    /** @throws Refused if another node carries it, which is the one to be asked: here it is never seen to be held */
    private void requireHere() {
        try {
            api.get(path("/breakpoints"));
        } catch (Refused refused) {
            if (refused.problem().has("node")) {
                throw refused;
            }
        }
    }

    private static boolean isHeld(JsonNode shown) {
        return shown.path("debug").path("held").booleanValue(false);
    }

    private static boolean hasEnded(JsonNode shown) {
        return shown.has("finishedAt");
    }

    /** The record with {@code debug.locals}, if it is held. */
    JsonNode withLocals(JsonNode shown) {
        if (isHeld(shown) && shown.get("debug") instanceof ObjectNode debug) {
            locals().ifPresent(locals -> debug.set("locals", locals));
        }
        return shown;
    }

    private Optional<JsonNode> locals() {
        try {
            return Optional.of(api.get(path("/locals?frame=" + frame + (unmasked ? "&unmasked=true" : "")))
                    .path("locals"));
        } catch (Refused refused) {
            if (refused.status() == 409) {
                return Optional.empty(); // somebody else has let it go on
            }
            throw refused;
        }
    }

    private String path(String what) {
        return "/api/v1/executions/" + Api.escaped(id) + what;
    }

    private VersionCode code(JsonNode shown) {
        return VersionCode.of(api, Listing.text(shown, "function"), Listing.text(shown, "version"));
    }

    /** Says at which of these lines code is never held, which the server does not. */
    void warn(List<Place> places) {
        VersionCode code = code(now());
        for (Place place : places) {
            code.never(place.file(), place.line())
                    .ifPresent(why -> screen.aside(screen.ink(Ink.YELLOW, "warning: ") + "never held at "
                            + (place.file().isEmpty() ? "line " + place.line() : place) + ": " + Screen.plain(why)));
        }
    }

    /** For people. */
    void show(JsonNode shown) {
        JsonNode debug = shown.path("debug");
        String status = Listing.text(shown, "status");
        if (!debug.isObject()) {
            screen.line(
                    hasEnded(shown) ? "It has ended: " + word(status) : "Nobody can see where it stands: " + status);
            if (!hasEnded(shown)) {
                hint("executions " + id + " --explain", "why");
            }
            return;
        }
        JsonNode frames = debug.path("stack").path("frames");
        JsonNode at = frames.has(frame) ? frames.get(frame) : debug.path("location");
        String place = Listing.text(at, "file") + ":" + Listing.text(at, "line");
        screen.line((isHeld(shown) ? screen.ink(Ink.GREEN, "held") : screen.ink(Ink.YELLOW, status)) + " at "
                + screen.ink(Ink.BOLD, place) + in(at) + ", "
                + Listing.text(shown, "function") + " v" + Listing.text(shown, "version"));
        lines(shown, at).forEach(screen::line);
        for (int i = frame + 1; i < frames.size(); i++) {
            JsonNode caller = frames.get(i);
            screen.line(screen.ink(
                    Ink.FAINT,
                    "  called by " + Listing.text(caller, "file") + ":" + Listing.text(caller, "line") + in(caller)));
        }
        if (isHeld(shown)) {
            locals().ifPresent(new Listing(screen, false)::show);
            hint("debug " + id + " --step", "or --step-into, --step-out, --continue");
        } else {
            hint("debug " + id + " --break LINE --wait", "holds it there");
        }
    }

    private static String in(JsonNode frame) {
        return frame.has("function") ? " in " + Listing.text(frame, "function") : "";
    }

    private String word(String status) {
        return screen.ink(status.equals("succeeded") ? Ink.GREEN : Ink.RED, status);
    }

    /** The lines around a place, or that of the server alone. */
    private List<String> lines(JsonNode shown, JsonNode at) {
        int line = at.path("line").intValue(0);
        List<String> lines = new ArrayList<>(code(shown)
                .text(Listing.text(at, "file"))
                .map(text -> new CodeFrame(screen).lines(text, line, 0))
                .orElse(List.of()));
        JsonNode location = shown.path("debug").path("location");
        if (lines.isEmpty() && frame == 0 && location.path("code").isString()) {
            lines.add(screen.ink(Ink.FAINT, "  " + line + " | ") + Listing.text(location, "code"));
        }
        return lines;
    }

    /** What could be done next. */
    private void hint(String command, String does) {
        screen.aside(screen.ink(Ink.FAINT, "  dovetail " + command + "    " + does));
    }
}
