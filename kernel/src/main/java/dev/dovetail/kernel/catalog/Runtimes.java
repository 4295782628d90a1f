package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What runtimes there are now, and the spellings by which people ask for them. */
final class Runtimes {
    private static final Pattern NODE = Pattern.compile("node(?:js)?(\\d+)(?:\\.x)?");
    private static final Pattern DOTTED = Pattern.compile("(python|ruby)(\\d)\\.?(\\d+)");
    /** Languages that compile to a program speak Lambda's runtime API with it. */
    private static final Pattern COMPILED = Pattern.compile("(go|dotnet|dotnetcore|rust)(\\d[0-9.x]*)?");

    private static final Map<String, String> OTHERS = Map.of(
            "provided.al2", "provided",
            "provided.al2023", "provided",
            "star", "starlark",
            "sw1.0", "serverless-workflow");

    private final Plugins plugins;

    Runtimes(Plugins plugins) {
        this.plugins = plugins;
    }

    /** @throws Refusal that lists what there is, if nobody offers this runtime or it lacks something */
    RuntimeOffer require(String asked) {
        String name = normal(asked);
        RuntimeOffer offer = find(name)
                .orElseThrow(() -> Refusal.field(
                        ErrorType.VALIDATION,
                        "/runtime",
                        "no such runtime; there are "
                                + plugins.runtimes().stream()
                                        .map(RuntimeOffer::runtime)
                                        .collect(Collectors.toCollection(TreeSet::new)),
                        "\"" + asked + "\""));
        if (offer.missing().isPresent()) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/runtime",
                    "this machine cannot run it yet: " + offer.missing().get(),
                    "\"" + asked + "\"");
        }
        return offer;
    }

    Optional<RuntimeOffer> find(String name) {
        return plugins.findRuntime(name);
    }

    /** The same where something is to be done with it. */
    RuntimeOffer offered(String name) {
        return find(name)
                .orElseThrow(
                        () -> Refusal.of(ErrorType.UNAVAILABLE, "No executor offers the runtime \"" + name + "\" now"));
    }

    static String normal(String asked) {
        String lower = asked.toLowerCase(Locale.ROOT);
        Matcher node = NODE.matcher(lower);
        if (node.matches()) {
            return "node" + node.group(1);
        }
        Matcher dotted = DOTTED.matcher(lower);
        if (dotted.matches()) {
            return dotted.group(1) + dotted.group(2) + "." + dotted.group(3);
        }
        return COMPILED.matcher(lower).matches() ? "provided" : OTHERS.getOrDefault(lower, lower);
    }
}
