package dev.dovetail.cli;

import dev.dovetail.cli.local.Languages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Brings a function to the server: a new one, or a further version of one that is there. */
@Command(
        name = "deploy",
        description = {"Deploys a function, or a further version of it if it is there.", ""},
        footer = {
            "",
            "PATH is a folder with a function.json, which holds the function as the API takes it",
            "(name, runtime, handler, contract, ...) and may name its code in \"files\"; one file of source, or a zip of the code.",
            "Without a runtime it is the newest of the file's language that is installed where this command is.",
            "",
            "Examples:",
            "  dovetail deploy examples/push-digest",
            "  dovetail deploy hello.star",
            "  dovetail deploy square.mjs",
            "  dovetail deploy handler.py --name hello --runtime python3.11 --handler handler.main"
        })
final class Deploy implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(
            index = "0",
            paramLabel = "PATH",
            description = "A folder with a function.json, a source file, or a zip.")
    private Path path = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", description = "The function's name, instead of the one in the file.")
    private Optional<String> name;

    @Option(names = "--runtime", paramLabel = "RUNTIME", description = "Such as starlark, node20 or python3.11.")
    private Optional<String> runtime;

    @Option(names = "--handler", paramLabel = "FILE.FUNCTION", description = "What is called, such as main.main.")
    private Optional<String> handler;

    @Option(names = "--description", paramLabel = "TEXT", description = "What is new in this version.")
    private Optional<String> description;

    @Option(names = "--draft", description = "Adds the version without making it callable.")
    private boolean draft;

    @Option(names = "--dry-run", description = "Checks everything and changes nothing.")
    private boolean dryRun;

    Deploy(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Bundle bundle = bundle(path, name, runtime, handler);
        ObjectNode body = bundle.body();
        description.ifPresent(value -> body.put("description", value));
        if (body.path("runtime").asString("").isEmpty()) {
            throw new Main.Unusable(
                    "Cannot deploy " + path + ": say in which language it is, with --runtime, such as node20");
        }
        if (bundle.name().isEmpty()) {
            throw new Main.Unusable(
                    "Cannot deploy " + path + ": say what it is called, with --name or \"name\" in its function.json");
        }
        JsonNode answer = deploy(target.api(), bundle, query());
        if (target.json()) {
            screen.json(answer);
        } else {
            show(bundle.name(), answer);
        }
        return 0;
    }

    /** As it says itself what it is, or else as {@code dovetail dev} would deploy it: the files tell the language. */
    static Bundle bundle(Path path, Optional<String> name, Optional<String> runtime, Optional<String> handler) {
        Path given = path.toAbsolutePath().normalize();
        if (!Files.isDirectory(given) || Files.exists(given.resolve(Bundle.DESCRIPTION))) {
            Bundle bundle = Bundle.of(path);
            ObjectNode body = bundle.body();
            name.ifPresent(value -> body.put("name", value));
            runtime.ifPresent(value -> body.put("runtime", value));
            handler.ifPresent(value -> body.put("handler", value));
            if (body.has("runtime") || given.toString().endsWith(".zip")) {
                return bundle;
            }
        }
        Languages installed = Languages.in(Start.home().resolve("plugins"));
        return new Redeploys.Files(path, installed, runtime, handler, name).bundle();
    }

    private String query() {
        String query = (draft ? "&draft=true" : "") + (dryRun ? "&dryRun=true" : "");
        return query.isEmpty() ? "" : "?" + query.substring(1);
    }

    static JsonNode deploy(Api api, Bundle bundle, String query) {
        String function = "/api/v1/functions/" + Api.escaped(bundle.name());
        boolean there = api.find(function).isPresent();
        String path = (there ? function + "/versions" : "/api/v1/functions") + query;
        ObjectNode body = there ? bundle.version() : bundle.body();
        return bundle.archive().isPresent()
                ? api.deploy(path, body, bundle.archive().get())
                : api.post(path, body);
    }

    private void show(String function, JsonNode answer) {
        String version = answer.path("versionString")
                .asString("v" + answer.path("newestVersion").asString("1"));
        String done = dryRun ? " could be deployed" : draft ? " is a draft" : " is deployed";
        screen.line(screen.ink(Screen.Ink.GREEN, function + " " + version) + done);
        warn(screen, answer);
    }

    /** What the server warns of, each with its place. */
    static void warn(Screen screen, JsonNode answer) {
        for (JsonNode warning : answer.path("warnings")) {
            screen.aside(screen.ink(Screen.Ink.YELLOW, "warning: ")
                    + Screen.plain(warning.path("place").asString("") + " "
                                    + warning.path("message").asString(""))
                            .strip());
        }
    }
}
