package dev.dovetail.kernel.http;

import dev.dovetail.kernel.schema.Schemas;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows values without what is named like a secret: an access key that a service has answered is nothing that everybody may see who
 * may see that it was asked. Secrets of this runtime's own are not in what is kept to begin with.
 */
final class Discreet {
    static final String HIDDEN = "***";

    /** Numbers under such names are counts (total_tokens), and no secrets. */
    private static final Pattern NAME = Pattern.compile(
            "api[_-]?key|secret|passw(or)?d|passphrase|token|authorization|credential|private[_-]?key|cookie",
            Pattern.CASE_INSENSITIVE);

    /** The value of a part of an address's query, and who somebody is before its host. */
    private static final Pattern IN_ADDRESS = Pattern.compile(
            "([?&](?:[^=&]*(?:" + NAME.pattern() + ")[^=&]*)=)[^&#]*|(?<=://)[^/@]*(?=@)", NAME.flags());

    private final Schemas schemas;

    Discreet(Schemas schemas) {
        this.schemas = schemas;
    }

    private static boolean isTelling(String name) {
        return NAME.matcher(name).find();
    }

    /** A copy in which the texts below such a name are hidden; text that is itself JSON, like the body of an answer, is looked into. */
    JsonNode of(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode copy = schemas.object();
                object.properties()
                        .forEach(each -> copy.set(
                                each.getKey(),
                                isTelling(each.getKey()) ? hidden(each.getValue()) : of(each.getValue())));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = array.arrayNode();
                array.forEach(each -> copy.add(of(each)));
                yield copy;
            }
            default ->
                value.isString()
                        ? inside(value.stringValue())
                                .<JsonNode>map(text -> schemas.object().stringNode(text))
                                .orElse(value)
                        : value;
        };
    }

    /** An address without what it lets in with. */
    static String address(String uri) {
        return IN_ADDRESS.matcher(uri).replaceAll(found -> (found.group(1) == null ? "" : found.group(1)) + HIDDEN);
    }

    /** The same value, in which every text is hidden. */
    JsonNode hidden(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode copy = schemas.object();
                object.properties().forEach(each -> copy.set(each.getKey(), hidden(each.getValue())));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = array.arrayNode();
                array.forEach(each -> copy.add(hidden(each)));
                yield copy;
            }
            default -> value.isString() ? schemas.object().stringNode(HIDDEN) : value;
        };
    }

    private Optional<String> inside(String text) {
        String start = text.stripLeading();
        if (!start.startsWith("{") && !start.startsWith("[") || !isTelling(text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(schemas.parse(text)).toString());
        } catch (Schemas.Malformed e) {
            return Optional.empty(); // it only began like JSON
        }
    }
}
