package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.spi.executor.Problem;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a bundle brings, checked, and how it becomes part of the catalog.
 *
 * @param versions by number, upwards
 */
record Arrivals(Function function, List<Arriving> versions, JsonNode document, Transfers by) {
    /** A version as it was elsewhere, and as it will be here. */
    record Arriving(JsonNode was, Deploys.Ready ready) {
        int number() {
            return was.get("number").intValue();
        }

        Version.State state() {
            return Version.State.valueOf(was.get("status").stringValue().toUpperCase(Locale.ROOT));
        }

        Optional<Version.Deprecation> deprecation() {
            return Optional.ofNullable(was.get("deprecation"))
                    .map(json -> new Version.Deprecation(
                            json.path("reason").stringValue(""),
                            Optional.ofNullable(json.path("successor").stringValue(null)),
                            Optional.ofNullable(json.path("sunset").stringValue(null))
                                    .map(Arriving::instant)));
        }

        private static Instant instant(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw Bundle.invalid("has a deprecation whose sunset is no time: \"" + text + "\"");
            }
        }
    }

    List<Problem> warnings() {
        return versions.stream()
                .flatMap(each -> each.ready().warnings().stream())
                .distinct()
                .toList();
    }

    /** Puts it into the place of nothing, or of a function that was deleted. */
    Draft made(Draft draft) {
        return put(draft, draft.function(), Optional.empty());
    }

    /** Adds it to a function that is there. */
    Draft added(Draft draft) {
        if (draft.before().versions().size() + versions.size() > Edits.MOST_VERSIONS) {
            throw Refusal.of(
                    ErrorType.QUOTA_EXCEEDED,
                    "The function has " + draft.before().versions().size() + " versions, and would have more than "
                            + Edits.MOST_VERSIONS + " with the " + versions.size() + " of the bundle");
        }
        Function settings = draft.function()
                .described(
                        function.title(),
                        function.description(),
                        function.tags(),
                        function.maxConcurrent(),
                        function.scaling(),
                        function.updatedAt());
        return put(draft, settings, draft.before().newest());
    }

    /** @param newest after which they come */
    private Draft put(Draft draft, Function is, Optional<Deployed> newest) {
        boolean keep = is.newest() == 0;
        int last = is.newest();
        Optional<Deployed> before = newest;
        Map<Integer, Integer> numbers = new HashMap<>();
        for (Arriving each : versions) {
            last = keep ? each.number() : last + 1;
            numbers.put(each.number(), last);
            Version version = each.ready().numbered(last, false, before, by.deploys());
            if (newest.isEmpty()) {
                version = version.of(each.was().get("semver").stringValue());
            }
            Version.State state = each.state();
            version = version.in(
                    state, state == Version.State.DRAFT ? Optional.empty() : version.publishedAt(), each.deprecation());
            draft.put(version);
            before = newest.isEmpty() ? newest : Optional.of(new Deployed(is, version, by.schemas()));
        }
        draft.put(is.touched(last, function.updatedAt()));
        aliases(draft, numbers);
        return draft;
    }

    /** Aliases are checked like those that somebody sends when the versions are there. */
    private void aliases(Draft draft, Map<Integer, Integer> numbers) {
        Draft there = new Draft(draft.after(0, by.schemas()));
        for (JsonNode each : document.get("aliases")) {
            ObjectNode body = ((ObjectNode) each).deepCopy();
            ObjectNode weights = body.putObject("weights");
            for (var weight : each.path("weights").properties()) {
                int number = Aliases.number(weight.getKey())
                        .map(numbers::get)
                        .orElseThrow(() -> Bundle.invalid(
                                "has the alias \"" + body.path("name").stringValue("")
                                        + "\", which leads to a version that it does not have: " + weight.getKey()));
                weights.set(Integer.toString(number), weight.getValue());
            }
            String name = by.shapes().alias(body).path("name").stringValue("");
            Aliases.put(there, name, body, false, function.updatedAt());
        }
        there.changedAliases.values().forEach(alias -> {
            draft.removedAliases.remove(alias.name());
            draft.put(alias);
        });
    }
}
