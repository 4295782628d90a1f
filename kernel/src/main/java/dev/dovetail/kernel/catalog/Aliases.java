package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes aliases of what clients send. */
final class Aliases {
    private static final Pattern NUMBER = Pattern.compile("v?([1-9][0-9]{0,8})");

    private Aliases() {}

    /** The number that {@code 5} and {@code v5} mean. */
    static Optional<Integer> number(String text) {
        Matcher matcher = NUMBER.matcher(text);
        return matcher.matches() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
    }

    /** Adds or moves an alias of the function that a draft changes. */
    static Draft put(Draft draft, String name, ObjectNode body, boolean mustBeNew, Instant now) {
        Entry entry = draft.before();
        Alias old = entry.aliases().get(name);
        if (number(name).isPresent() || name.equals("$LATEST")) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/name",
                    "an alias is no version: digits, v and digits are taken",
                    "\"" + name + "\"");
        }
        if (mustBeNew && old != null) {
            throw Refusal.of(
                    ErrorType.CONFLICT,
                    "There is an alias \"" + name + "\" already; move it with PUT /api/v1/functions/"
                            + entry.function().name() + "/aliases/" + name);
        }
        String description = body.path("description").stringValue(old == null ? "" : old.description());
        return draft.put(new Alias(
                name,
                weights(entry, body),
                description,
                body.path("provisionedConcurrency").intValue(old == null ? 0 : old.provisioned()),
                old == null ? now : old.createdAt(),
                now));
    }

    private static TreeMap<Integer, Integer> weights(Entry entry, ObjectNode body) {
        if (body.has("version") == body.has("weights")) {
            throw Refusal.field(
                    ErrorType.VALIDATION, "", "expected either \"version\" or \"weights\"", body.propertyNames() + "");
        }
        TreeMap<Integer, Integer> weights = new TreeMap<>();
        if (body.has("version")) {
            JsonNode version = body.get("version");
            weights.put(existing(entry, "/version", version.isString() ? version.stringValue() : version + ""), 100);
            return weights;
        }
        int sum = 0;
        for (var each : body.get("weights").properties()) {
            int weight = each.getValue().intValue();
            int number = existing(entry, "/weights/" + each.getKey(), each.getKey());
            if (weight > 0 && weights.put(number, weight) != null) {
                throw Refusal.field(
                        ErrorType.VALIDATION,
                        "/weights/" + each.getKey(),
                        "this version is named twice",
                        each.getKey());
            }
            sum += weight;
        }
        if (sum != 100) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/weights",
                    "expected percentages that sum to 100",
                    body.get("weights") + ", which sum to " + sum);
        }
        return weights;
    }

    private static int existing(Entry entry, String path, String text) {
        int number = number(text)
                .orElseThrow(() -> Refusal.field(
                        ErrorType.VALIDATION, path, "expected a version number such as 5 or v5", "\"" + text + "\""));
        Deployed there = entry.find(number)
                .orElseThrow(() -> Refusal.of(
                        ErrorType.VALIDATION,
                        Resolver.noVersion(entry, "v" + number).detail()));
        if (!there.version().state().callable()) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    path,
                    "expected an active version, but it is "
                            + there.version().state().word(),
                    text);
        }
        return number;
    }
}
