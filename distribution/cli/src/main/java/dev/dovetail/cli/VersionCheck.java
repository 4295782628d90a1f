package dev.dovetail.cli;

import dev.dovetail.cli.Screen.Ink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tries a version of a function on the journals of its open executions, and tells which would go another way.
 *
 * @param version the one that is tried; empty if it is code that is not deployed, or a plugin alone
 */
record VersionCheck(Screen screen, boolean json, String function, Optional<String> version) {
    /** The most that the server tries at once. */
    private static final int PAGE = 100;

    private static final int BRIEF = 40;

    /**
     * What the server is to try.
     *
     * @param code of a version that is not there yet
     * @param plugin such as {@code executor-node=2.0.0}
     */
    static ObjectNode asked(Optional<String> version, Optional<Path> code, Optional<String> plugin) {
        if (version.isPresent() && code.isPresent()) {
            throw new Main.Unusable("Either a version that is there is tried or the code at " + code.get());
        }
        if (version.isEmpty() && code.isEmpty() && plugin.isEmpty()) {
            throw new Main.Unusable("Say what is tried: a version, --code PATH, or --plugin ID=VERSION");
        }
        ObjectNode body = code.map(path -> Deploy.bundle(path, Optional.empty(), Optional.empty(), Optional.empty())
                        .version())
                .orElseGet(Screen.JSON::createObjectNode);
        version.ifPresent(it -> body.put("version", it));
        plugin.ifPresent(it -> {
            String[] parts = it.split("=", -1);
            if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
                throw new Main.Unusable("Not a plugin and its version: \"" + Screen.plain(it)
                        + "\"; expected one such as executor-node=2.0.0");
            }
            body.putObject("plugin").put("id", parts[0]).put("version", parts[1]);
        });
        return body;
    }

    /** @return what the command ends with */
    int run(Api api, ObjectNode asked) {
        ObjectNode found = all(api, "/api/v1/functions/" + Api.escaped(function) + "/versions:check", asked);
        List<JsonNode> differing = items(found, "differing");
        List<JsonNode> skipped = items(found, "skipped");
        if (json) {
            screen.json(found);
        } else {
            if (!differing.isEmpty()) {
                new Listing(screen, false)
                        .show(
                                differing,
                                "",
                                List.of(
                                        Listing.Column.of("EXECUTION", "executionId"),
                                        Listing.Column.of("STEP", "step"),
                                        new Listing.Column("LINE", VersionCheck::place),
                                        new Listing.Column("EXPECTED", each -> brief(Listing.text(each, "expected"))),
                                        new Listing.Column("FOUND", each -> brief(Listing.text(each, "found")))));
            }
            tell(found.path("checked").asInt(), differing, skipped);
        }
        return differing.isEmpty() ? 0 : Main.REFUSED;
    }

    /** All pages as one: a check ends early where there are many executions. */
    private static ObjectNode all(Api api, String path, ObjectNode asked) {
        ObjectNode whole = Screen.JSON.createObjectNode().put("checked", 0).put("same", 0);
        whole.putArray("differing");
        whole.putArray("skipped");
        asked.put("limit", PAGE);
        String cursor = "";
        do {
            JsonNode page = api.post(path, cursor.isEmpty() ? asked : asked.put("cursor", cursor));
            for (String count : List.of("checked", "same")) {
                whole.put(count, whole.path(count).asInt() + page.path(count).asInt(0));
            }
            whole.withArray("differing").addAll(items(page, "differing"));
            whole.withArray("skipped").addAll(items(page, "skipped"));
            cursor = Listing.text(page, "nextCursor");
        } while (!cursor.isEmpty());
        return whole;
    }

    private static List<JsonNode> items(JsonNode page, String member) {
        List<JsonNode> items = new ArrayList<>();
        page.path(member).forEach(items::add);
        return items;
    }

    private void tell(int checked, List<JsonNode> differing, List<JsonNode> skipped) {
        for (JsonNode each : skipped) {
            screen.aside(screen.ink(Ink.YELLOW, "not tried: ") + Listing.text(each, "executionId") + ": "
                    + Listing.text(each, "why"));
        }
        if (checked == 0) {
            screen.aside("No open execution of " + function + " could be tried");
        } else if (differing.isEmpty()) {
            screen.line(screen.ink(Ink.GREEN, checked + " of " + checked) + " go on as they began");
            version.ifPresent(it -> hint("executions ID --move " + it, "lets one go on on it"));
        } else {
            screen.aside(screen.ink(Ink.RED, differing.size() + " of " + checked)
                    + " would do something else than they did, and stay on the version that they began with");
            String first = Listing.text(differing.getFirst(), "executionId");
            hint("executions " + first + " --timeline", "what it did");
            version.ifPresent(it -> hint(
                    "executions " + first + " --fork " + Listing.text(differing.getFirst(), "step") + " --version "
                            + it,
                    "another one that begins as it did, up to that step"));
        }
    }

    /** What could be done next, for people. */
    private void hint(String command, String does) {
        if (screen.terminal()) {
            screen.aside(screen.ink(Ink.FAINT, "  dovetail " + command + "    " + does));
        }
    }

    /** As much of a call as a line of a terminal has room for; all of it elsewhere. */
    private String brief(String call) {
        String words = words(call);
        return !screen.terminal() || words.length() <= BRIEF ? words : words.substring(0, BRIEF - 3) + "...";
    }

    /** A call as people would say it: what is called, its label, and what with. */
    static String words(String call) {
        try {
            JsonNode json = Screen.JSON.readTree(call);
            if (!json.has("call")) {
                return call;
            }
            return json.propertyNames().stream()
                    .map(member -> Listing.text(json, member))
                    .collect(Collectors.joining(" "));
        } catch (JacksonException _) {
            return call; // that there is none is said in words
        }
    }

    private static String place(JsonNode difference) {
        return difference.has("line") ? Listing.text(difference, "file") + ":" + Listing.text(difference, "line") : "";
    }
}
