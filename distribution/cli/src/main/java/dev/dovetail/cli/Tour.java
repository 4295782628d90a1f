package dev.dovetail.cli;

import dev.dovetail.cli.Screen.Ink;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows on an example what the server does: deploy, call, contract, a second version behind an alias, the record. */
final class Tour {
    private static final String ALIAS = "live";
    private static final int CALLS = 12;
    /** One in thirty would see twelve answers of the same version. */
    private static final int MOST_CALLS = 48;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Screen screen;
    private final Api api;
    private final Path example;
    private final String options;
    private int step;

    /** @param options which others must give to reach the same server, each with a space before it */
    Tour(Screen screen, Api api, Path example, String options) {
        this.screen = screen;
        this.api = api;
        this.example = example;
        this.options = options;
    }

    void show() throws InterruptedException {
        screen.line(screen.ink(Ink.BOLD, "Dovetail") + " serves at "
                + screen.ink(Ink.CYAN, api.server().toString()));
        Bundle first = Bundle.of(example);
        JsonNode event = Input.json(example.resolve("event.json"));
        String function = first.name();
        String path = "/api/v1/functions/" + Api.escaped(function);

        boolean there = api.find(path).isPresent();
        step(there ? function + " is there from before" : "Deploying " + function);
        if (!there) {
            Deploy.deploy(api, first, "");
        }
        screen.line("  " + first.body().path("description").asString(""));

        step("Calling it with a push of " + event.path("commits").size() + " commits, a webhook as GitHub sends it");
        Api.Answer answer = api.post(path + "/invoke?version=1", event, Map.of());
        shown(answer.body());

        step("Calling it with something else: its contract says no, before any code runs");
        refusal(path, event);

        step("A second version, and an alias that sends it a quarter of the calls");
        if (api.find(path + "/versions/2").isEmpty()) {
            Deploy.deploy(api, Bundle.of(example.resolve("v2")), "");
        }
        ObjectNode weights = Screen.JSON.createObjectNode();
        weights.putObject("weights").put("1", 75).put("2", 25);
        Aliases.set(api, function, ALIAS, weights);
        String last = calls(path, event);

        step("Each call leaves a record; this is the last one");
        JsonNode execution = execution(last);
        for (String member : new String[] {"id", "status", "version", "plugin", "startedAt", "durationMs"}) {
            screen.line("  " + screen.ink(Ink.CYAN, member) + " ".repeat(12 - member.length())
                    + Listing.text(execution, member));
        }
        next(function);
    }

    private void step(String what) {
        step++;
        screen.line("");
        screen.line(screen.ink(Ink.BOLD, step + ". " + what));
    }

    private void shown(JsonNode body) {
        Pretty.text(body).lines().forEach(line -> screen.line("  " + Screen.plain(line)));
    }

    private void refusal(String path, JsonNode event) {
        ObjectNode wrong = ((ObjectNode) event).deepCopy();
        wrong.put("forced", "maybe");
        try {
            api.post(path + "/invoke?version=1", wrong, Map.of());
            screen.line("  It was taken, although \"forced\" is \"maybe\": is this another function of that name?");
        } catch (Refused refused) {
            refused.lines().forEach(line -> screen.line("  " + line));
        }
    }

    /** Calls through the alias and shows which version answered; answers the last execution's id. */
    private String calls(String path, JsonNode event) {
        Map<String, Integer> answered = new TreeMap<>();
        StringBuilder line = new StringBuilder("  ");
        String execution = "";
        for (int i = 0; i < CALLS || i < MOST_CALLS && answered.size() == 1; i++) {
            Api.Answer answer = api.post(path + "/invoke?version=" + ALIAS, event, Map.of());
            execution = answer.header("X-Execution-Id");
            String version = Screen.plain(answer.header("X-Dovetail-Version"));
            answered.merge(version, 1, Integer::sum);
            line.append(screen.ink(version.equals("v1") ? Ink.FAINT : Ink.GREEN, version))
                    .append(' ');
            Optional.of(answer.body().path("headline").asString(""))
                    .filter(text -> !text.isEmpty() && answered.get(version) == 1)
                    .ifPresent(text -> screen.line("  " + version + " says: " + Screen.plain(text)));
        }
        screen.line(line.toString().stripTrailing());
        screen.line("  "
                + answered.entrySet().stream()
                        .map(each -> each.getValue() + " by " + each.getKey())
                        .collect(Collectors.joining(", ")));
        return execution;
    }

    /** The record of a call: it is written just after the answer. */
    private JsonNode execution(String id) throws InterruptedException {
        Instant until = Instant.now().plus(PATIENCE);
        Optional<JsonNode> found = api.find("/api/v1/executions/" + Api.escaped(id));
        while (found.isEmpty()) {
            if (Instant.now().isAfter(until)) {
                throw new Main.Unusable("The record of execution " + id + " did not appear");
            }
            Thread.sleep(20);
            found = api.find("/api/v1/executions/" + Api.escaped(id));
        }
        return found.get();
    }

    private void next(String function) {
        String self = System.getProperty("dovetail.command", "dovetail");
        String event = example.resolve("event.json").toString();
        step("Try next, in another terminal");
        for (String command : new String[] {
            " invoke " + function + " @" + event + " --version " + ALIAS,
            " aliases " + function + " " + ALIAS + " --set 2",
            " executions --function " + function,
            " plugins",
        }) {
            screen.line("  " + screen.ink(Ink.CYAN, self + command + options));
        }
        screen.line("  " + screen.ink(Ink.CYAN, self + " --help"));
    }
}
