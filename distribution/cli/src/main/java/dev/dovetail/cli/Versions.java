package dev.dovetail.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Lists a function's versions, shows one, or changes its state. */
@Command(
        name = "versions",
        description = {"Lists the versions of a function, or shows, compares, checks or changes one.", ""},
        footer = {
            "",
            "Examples:",
            "  dovetail versions push-digest",
            "  dovetail versions push-digest 2 --diff 1       what changed since version 1",
            "  dovetail versions push-digest 1 --disable      nobody can call it any more",
            "  dovetail versions order 2 --check              would open executions go on on it as they began?",
            "  dovetail versions order --check --code order.star     the same of code that is not deployed",
            "  dovetail versions order --check --plugin executor-node=2.0.0",
            "",
            "With --check it ends with 1 if any execution would do something else than it did."
        })
final class Versions implements Callable<Integer> {
    private final Screen screen;

    @Mixin
    private Target target = new Target();

    @Parameters(index = "0", paramLabel = "FUNCTION", description = "The function's name.")
    private String function = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION", description = "Only this one.")
    private Optional<String> version;

    @Option(names = "--diff", paramLabel = "OTHER", description = "What has changed since this other version.")
    private Optional<String> diff;

    @Option(names = "--publish", description = "Makes a draft callable.")
    private boolean publish;

    @Option(names = "--enable", description = "Makes a disabled version callable again.")
    private boolean enable;

    @Option(names = "--disable", description = "Refuses every call of it.")
    private boolean disable;

    @Option(names = "--check", description = "Tries it on the journals of open executions.")
    private boolean check;

    @Option(
            names = "--code",
            paramLabel = "PATH",
            description = "Tries this, as it would be deployed, instead of a version that is there.")
    private Optional<Path> code;

    @Option(
            names = "--plugin",
            paramLabel = "ID=VERSION",
            description = "Tries this installed version of an executor, alone or with one of these.")
    private Optional<String> plugin;

    Versions(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Listing listing = new Listing(screen, target.json());
        Api api = target.api();
        String path = "/api/v1/functions/" + Api.escaped(function) + "/versions";
        Optional<String> verb = verb();
        Together.of("--check", check).neededBy("--code", code.isPresent()).neededBy("--plugin", plugin.isPresent());
        if (check) {
            return new VersionCheck(screen, target.json(), function, version)
                    .run(api, VersionCheck.asked(version, code, plugin));
        }
        if (version.isEmpty()) {
            if (verb.isPresent() || diff.isPresent()) {
                throw new Main.Unusable("Say which version of " + function + " is meant");
            }
            listing.show(
                    Listing.items(api, path, Map.of(), 1_000),
                    function + " has no versions",
                    List.of(
                            Listing.Column.of("VERSION", "versionString"),
                            Listing.Column.of("EDITION", "semver"),
                            Listing.Column.of("STATUS", "status"),
                            Listing.Column.of("RUNTIME", "runtime"),
                            new Listing.Column("CODE", v -> start(Listing.text(v, "codeSha256"))),
                            Listing.Column.of("CREATED", "createdAt"),
                            Listing.Column.of("DESCRIPTION", "description")));
            return 0;
        }
        String one = path + "/" + Api.escaped(version.get());
        if (verb.isPresent()) {
            listing.show(api.post(one + ":" + verb.get(), Screen.JSON.createObjectNode()));
        } else if (diff.isPresent()) {
            compare(
                    listing,
                    api.get(path + "/" + Api.escaped(diff.get()) + "/diff?with=" + Api.escaped(version.get())));
        } else {
            listing.show(api.get(one));
        }
        return 0;
    }

    private void compare(Listing listing, JsonNode answer) {
        if (target.json()) {
            screen.json(answer);
            return;
        }
        List<JsonNode> changes = new java.util.ArrayList<>();
        answer.path("changes").forEach(changes::add);
        listing.show(
                changes,
                "Nothing differs",
                List.of(
                        Listing.Column.of("PLACE", "path"),
                        new Listing.Column("WAS", change -> brief(Listing.text(change, "from"))),
                        new Listing.Column("IS", change -> brief(Listing.text(change, "to")))));
    }

    private static String brief(String value) {
        return value.length() <= 40 ? value : value.substring(0, 37) + "...";
    }

    private Optional<String> verb() {
        List<String> verbs = new java.util.ArrayList<>();
        if (publish) {
            verbs.add("publish");
        }
        if (enable) {
            verbs.add("enable");
        }
        if (disable) {
            verbs.add("disable");
        }
        Together.of("--diff", diff.isPresent())
                .or("--publish", publish)
                .or("--enable", enable)
                .or("--disable", disable)
                .or("--check", check)
                .onlyOne();
        return verbs.stream().findFirst();
    }

    private static String start(String digest) {
        return digest.length() <= 12 ? digest : digest.substring(0, 12);
    }
}
