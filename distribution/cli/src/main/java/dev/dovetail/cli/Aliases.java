package dev.dovetail.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists, sets and deletes a function's aliases. */
@Command(
        name = "aliases",
        description = {"Lists the aliases of a function, or shows, sets or deletes one.", ""},
        footer = {
            "",
            "Examples:",
            "  dovetail aliases push-digest",
            "  dovetail aliases push-digest live --set 2            all calls to version 2",
            "  dovetail aliases push-digest live --set 1=90,2=10    one call of ten to version 2"
        })
final class Aliases implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(index = "0", paramLabel = "FUNCTION", description = "The function's name.")
    private String function = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "ALIAS", description = "Only this one.")
    private Optional<String> alias;

    @Option(
            names = "--set",
            paramLabel = "WEIGHTS",
            description = "A version, or versions with their shares in percent.")
    private Optional<String> set;

    @Option(names = "--delete", description = "Deletes the alias.")
    private boolean delete;

    Aliases(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Listing listing = new Listing(screen, target.json());
        Api api = target.api();
        String path = "/api/v1/functions/" + Api.escaped(function) + "/aliases";
        Together.of("--set", set.isPresent()).or("--delete", delete).onlyOne();
        if (alias.isEmpty()) {
            if (set.isPresent() || delete) {
                throw new Main.Unusable("Say which alias of " + function + " is meant");
            }
            listing.show(
                    Listing.items(api, path, Map.of(), 1_000),
                    function + " has no aliases",
                    List.of(
                            Listing.Column.of("ALIAS", "name"),
                            new Listing.Column("VERSIONS", Aliases::weights),
                            Listing.Column.of("UPDATED", "updatedAt")));
        } else if (set.isPresent()) {
            JsonNode answer = set(api, function, alias.get(), target(set.get()));
            if (target.json()) {
                screen.json(answer);
            } else {
                screen.line(alias.get() + " leads to " + weights(answer));
            }
        } else if (delete) {
            api.delete(path + "/" + Api.escaped(alias.get()));
            screen.line(alias.get() + " is deleted");
        } else {
            listing.show(api.get(path + "/" + Api.escaped(alias.get())));
        }
        return 0;
    }

    /** Sets an alias, whether or not it is there. */
    static JsonNode set(Api api, String function, String alias, ObjectNode leads) {
        String path = "/api/v1/functions/" + Api.escaped(function) + "/aliases";
        String one = path + "/" + Api.escaped(alias);
        return api.find(one).isPresent()
                ? api.put(one, leads)
                : api.post(path, leads.deepCopy().put("name", alias));
    }

    /** Where an alias is to lead: {@code 5}, or {@code 5=90,6=10}. */
    static ObjectNode target(String text) {
        ObjectNode body = Screen.JSON.createObjectNode();
        if (text.matches("v?\\d{1,9}")) {
            return body.put("version", Integer.parseInt(digits(text)));
        }
        ObjectNode weights = body.putObject("weights");
        for (String each : text.split(",", -1)) {
            if (!each.matches("v?\\d{1,9}=\\d{1,3}")) {
                throw new Main.Unusable("Not a version and its share: \"" + each
                        + "\"; expected one such as 5=90, or a single version for all calls");
            }
            String[] parts = each.split("=");
            weights.put(digits(parts[0]), Integer.parseInt(parts[1]));
        }
        return body;
    }

    private static String digits(String version) {
        return version.startsWith("v") ? version.substring(1) : version;
    }

    private static String weights(JsonNode alias) {
        return alias.path("weights").properties().stream()
                .map(each -> "v" + each.getKey() + " " + each.getValue().asString("") + " %")
                .collect(Collectors.joining(", "));
    }
}
