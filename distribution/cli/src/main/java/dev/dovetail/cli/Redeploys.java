package dev.dovetail.cli;

import dev.dovetail.cli.Screen.Ink;
import dev.dovetail.cli.local.Languages;
import dev.dovetail.cli.local.Placed;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Problem;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Deploys what was saved, calls it, and shows what came of it. Used by one thread. */
final class Redeploys {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final int LOG_LOOKS = 20;
    private static final long LOG_PAUSE_MS = 10;

    private final Screen screen;
    private final Supplier<Optional<Api>> found;
    private final BooleanSupplier ends;
    private final boolean json;
    private final Optional<Path> event;
    private final Files files;
    private Api api;
    private Optional<Digest> deployed = Optional.empty();
    private Optional<JsonNode> called = Optional.empty();
    /** Why nothing could be deployed, as it was said last. */
    private Optional<String> told = Optional.empty();

    private String serving = "";

    /** Where the function is, and what was said of it on the command line. */
    record Files(
            Path path, Languages languages, Optional<String> runtime, Optional<String> handler, Optional<String> name) {
        Bundle bundle() {
            try (Source source = Source.of(path, languages, runtime, handler)) {
                Bundle bundle = Bundle.of(path, source);
                name.ifPresent(it -> bundle.body().put("name", it));
                return bundle;
            } catch (Languages.NotChosen e) {
                throw new Main.Unusable("Cannot deploy " + path + ": " + e.getMessage());
            }
        }

        Path folder() {
            return java.nio.file.Files.isDirectory(path) ? path : path.getParent();
        }
    }

    /**
     * @param found the server as it is found now, if it may have come back at another address
     * @param ends whether the server ends because this was told to: what fails then fails for that, and is not told
     * @param event the file with what the function is called with after each deployment
     */
    Redeploys(
            Screen screen,
            Api api,
            Supplier<Optional<Api>> found,
            BooleanSupplier ends,
            boolean json,
            Optional<Path> event,
            Files files) {
        this.screen = screen;
        this.api = api;
        this.found = found;
        this.ends = ends;
        this.json = json;
        this.event = event;
        this.files = files;
    }

    /**
     * Something was saved.
     *
     * @param when by {@link System#nanoTime}
     */
    void saved(long when) throws InterruptedException {
        try {
            Bundle bundle = files.bundle();
            Digest digest = bundle.digest();
            boolean other = !deployed.equals(Optional.of(digest));
            Optional<JsonNode> given = event.map(Input::json);
            if (other) {
                deployed = Optional.of(digest);
                deploy(bundle, when);
            }
            if (given.isPresent() && (other || !given.equals(called))) {
                called = given;
                call(bundle, given.get(), when);
            }
        } catch (Refused refused) {
            if (!ends.getAsBoolean()) {
                refused(refused);
            }
        } catch (Main.Unusable e) {
            if (!told.equals(Optional.of(e.getMessage()))) {
                problem(e.getMessage());
            }
            told = Optional.of(e.getMessage()); // once, whatever else is saved meanwhile
            return;
        } catch (Api.Unreachable e) {
            deployed = Optional.empty(); // the next save is tried whether it differs or not
            if (comeBack()) {
                saved(when);
                return;
            }
            if (!ends.getAsBoolean()) {
                problem(e.getMessage());
            }
        }
        told = Optional.empty();
    }

    /** A server that was started again may listen elsewhere. */
    private boolean comeBack() {
        Optional<Api> there = found.get().filter(it -> !it.server().equals(api.server()));
        api = there.orElse(api);
        return there.isPresent();
    }

    private void deploy(Bundle bundle, long when) {
        boolean first = serving.isEmpty();
        JsonNode answer = Deploy.deploy(api, bundle, "");
        serving = answer.path("versionString")
                .asString("v" + answer.path("newestVersion").asString("1"));
        if (json) {
            screen.json(told(bundle).put("deployedMs", since(when)));
        } else {
            screen.line(screen.ink(Ink.FAINT, LocalTime.now().format(TIME) + " ")
                    + screen.ink(Ink.GREEN, bundle.name() + " " + serving) + " deployed "
                    + shown(when, first));
        }
    }

    private void call(Bundle bundle, JsonNode given, long when) throws InterruptedException {
        Api.Answer answer = api.post(
                "/api/v1/functions/" + Api.escaped(bundle.name()) + "/invoke?version=" + Api.escaped(serving),
                given,
                Map.of());
        long took = since(when);
        if (json) {
            ObjectNode told = told(bundle).put("answeredMs", took);
            told.set("output", answer.body());
            screen.json(told);
            return;
        }
        screen.line(Pretty.shown(answer.body(), screen));
        screen.aside(screen.ink(Ink.FAINT, "answered " + took + " ms after the save"));
        logs(answer.header("X-Execution-Id"));
    }

    private ObjectNode told(Bundle bundle) {
        return Screen.JSON.createObjectNode().put("function", bundle.name()).put("version", serving);
    }

    /** What a call has logged: its record is written just after its answer. */
    private void logs(String execution) throws InterruptedException {
        if (execution.isEmpty()) {
            return;
        }
        Optional<JsonNode> found = Optional.empty();
        for (int i = 0; i < LOG_LOOKS && found.isEmpty(); i++) {
            Thread.sleep(LOG_PAUSE_MS);
            found = api.find("/api/v1/executions/" + Api.escaped(execution) + "/logs");
        }
        found.ifPresent(page -> page.path("items").forEach(line -> {
            String level = Listing.text(line, "level");
            Ink ink = level.equals("error") ? Ink.RED : level.startsWith("warn") ? Ink.YELLOW : Ink.CYAN;
            screen.aside(screen.ink(ink, "%-7s".formatted(level)) + " " + Listing.text(line, "message")
                    + (line.has("fields")
                            ? " " + Screen.plain(line.path("fields").toString())
                            : ""));
        }));
    }

    private void refused(Refused refused) throws InterruptedException {
        JsonNode problem = refused.problem();
        if (json) {
            ObjectNode told = Screen.JSON.createObjectNode().put("version", serving);
            told.set("problem", problem);
            screen.json(told);
            return;
        }
        Trouble trouble = new Trouble(screen, files.folder());
        boolean any = false;
        for (JsonNode each : problem.path("errors")) {
            Optional<Place> place = Trouble.place(each.path("path").asString(""));
            String message = each.path("message").asString("");
            trouble.show(
                    place.isPresent() ? message : Listing.text(each, "path") + ": " + message,
                    place,
                    Optional.of(each.path("snippet").asString("")).filter(text -> !text.isEmpty()));
            any = true;
        }
        if (!any) {
            String detail = problem.path("detail").asString(refused.getMessage());
            Optional<Place> place = Trouble.place(problem.path("place").asString(""));
            // code that fails while it is loaded says where in its message
            Problem told = Placed.problem("", detail);
            trouble.show(place.isPresent() ? detail : told.message(), place.or(told::place), Optional.empty());
            trouble.callers(problem.path("details"));
        }
        if (problem.path("executionId").isMissingNode()) {
            servesOn();
        } else {
            logs(problem.path("executionId").asString(""));
        }
    }

    private void problem(String message) {
        if (json) {
            screen.json(Screen.JSON
                    .createObjectNode()
                    .put("version", serving)
                    .set("problem", Screen.JSON.createObjectNode().put("detail", message)));
            return;
        }
        screen.complain(Screen.plain(message));
        servesOn();
    }

    private void servesOn() {
        if (!serving.isEmpty()) {
            screen.aside(screen.ink(Ink.FAINT, "  " + serving + " serves on"));
        }
    }

    private static long since(long when) {
        return (System.nanoTime() - when) / 1_000_000;
    }

    private static String shown(long when, boolean first) {
        return (first ? "in " : "") + since(when) + " ms" + (first ? "" : " after the save");
    }
}
