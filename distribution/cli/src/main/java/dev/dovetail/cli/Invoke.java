package dev.dovetail.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Calls a function and shows its answer. */
@Command(
        name = "invoke",
        description = {"Calls a function and shows what it answers.", ""},
        footer = {
            "",
            "Examples:",
            "  dovetail invoke push-digest @event.json",
            "  dovetail invoke push-digest @event.json --version live      through an alias",
            "  echo '{\"n\": 3}' | dovetail invoke square - --json          with the execution's record",
            "  dovetail invoke tell --stream                               shows the answer as it comes",
            "  dovetail invoke report --async                              answers at once with an execution id"
        })
final class Invoke implements Callable<Integer> {
    static final String RESULT = "application/vnd.dovetail.result+json";

    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(index = "0", paramLabel = "FUNCTION", description = "The function's name or GTS id.")
    private String function = "";

    @Parameters(
            index = "1",
            paramLabel = "INPUT",
            defaultValue = "{}",
            description = "JSON, @FILE, or - for standard input (default: ${DEFAULT-VALUE}).")
    private String input = "";

    @Option(names = "--version", paramLabel = "WISH", description = "A version (5, v5), an alias, a tag or a time.")
    private Optional<String> version;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The same key is always sent to the same arm of an alias.")
    private Optional<String> key;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "A repeated call with it runs nothing again.")
    private Optional<String> idempotencyKey;

    @Option(names = "--async", description = "Do not wait: the answer is the execution's id.")
    private boolean async;

    @Option(names = "--stream", description = "Shows pieces of the answer as they come, one in each line.")
    private boolean stream;

    @Option(names = "--dry-run", description = "Checks the call and runs nothing.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec;

    Invoke(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (function.isBlank()) {
            throw new Main.Unusable("Say which function is called");
        }
        Map<String, String> query = new LinkedHashMap<>();
        version.ifPresent(value -> query.put("version", value));
        key.ifPresent(value -> query.put("key", value));
        if (dryRun) {
            query.put("dryRun", "true");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        idempotencyKey.ifPresent(value -> headers.put("Idempotency-Key", value));
        if (stream && (async || dryRun)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--stream does not go together with --async or --dry-run");
        }
        if (stream) {
            String path = "/api/v1/functions/" + Api.escaped(function) + "/invoke-stream";
            asideOf(new StreamedCall(target.api(), screen).call(path + joined(query), Input.json(input), headers));
            return 0;
        }
        if (target.json()) {
            headers.put("Accept", RESULT + ", application/json;q=0.9");
        }
        String path = "/api/v1/functions/" + Api.escaped(function) + (async ? "/invoke-async" : "/invoke");
        JsonNode given = Input.json(input);
        Api.Answer answer = target.api().post(path + joined(query), given, headers);
        screen.json(answer.body());
        asideOf(answer.header("X-Execution-Id"));
        return 0;
    }

    private void asideOf(String execution) {
        if (screen.terminal() && !execution.isEmpty()) {
            screen.aside(screen.ink(Screen.Ink.FAINT, "execution " + Screen.plain(execution)));
        }
    }

    /** The query of a URI, with its question mark; nothing for none. */
    static String joined(Map<String, String> query) {
        return query.isEmpty()
                ? ""
                : query.entrySet().stream()
                        .map(each -> each.getKey() + "=" + Api.escaped(each.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }
}
