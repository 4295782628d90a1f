package dev.dovetail.executor.flow.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.AnchorNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Makes JSON of YAML's nodes, and notes where each was. */
final class Reading {
    private static final int MOST = 100_000;
    static final int DEEPEST = 100;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Map<String, Mark> marks;
    private int count;

    Reading(Map<String, Mark> marks) {
        this.marks = marks;
    }

    /** What YAML has and JSON has not. */
    static final class Odd extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Optional<Mark> mark;

        private Odd(String message, Optional<Mark> mark) {
            super(message);
            this.mark = mark;
        }

        Odd(String message, Node node) {
            this(message, node.getStartMark());
        }

        static Odd tooDeep(Optional<Mark> mark) {
            return new Odd(
                    "it nests deeper than " + DEEPEST + "; expected at most so many lists and maps inside one another",
                    mark);
        }

        Optional<Mark> mark() {
            return mark;
        }
    }

    JsonNode value(Node root) {
        return value(root, "", 0);
    }

    private JsonNode value(Node node, String pointer, int depth) {
        // an alias is read as often as it is used, so a few lines can stand for very much
        if (++count > MOST) {
            throw new Odd("it has more than " + MOST + " parts", node);
        }
        if (depth > DEEPEST) {
            throw Odd.tooDeep(node.getStartMark());
        }
        node.getStartMark().ifPresent(mark -> marks.putIfAbsent(pointer, mark));
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar);
            case SequenceNode sequence -> {
                ArrayNode array = JSON.arrayNode();
                for (Node each : sequence.getValue()) {
                    array.add(value(each, pointer + "/" + array.size(), depth + 1));
                }
                yield array;
            }
            case MappingNode mapping -> {
                ObjectNode object = JSON.objectNode();
                for (NodeTuple each : mapping.getValue()) {
                    String key = key(each.getKeyNode());
                    if (object.has(key)) {
                        throw new Odd("the key \"" + key + "\" is there twice", each.getKeyNode());
                    }
                    String at = pointer + "/" + Part.escaped(key);
                    each.getKeyNode().getStartMark().ifPresent(mark -> marks.put(at, mark));
                    object.set(key, value(each.getValueNode(), at, depth + 1));
                }
                yield object;
            }
            case AnchorNode anchor -> value(anchor.getRealNode(), pointer, depth + 1);
            default -> throw new Odd("it has a part that is no value", node);
        };
    }

    private static String key(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new Odd("a key is text", node);
    }

    private static JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.STR)) {
            return JSON.textNode(text);
        }
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return JSON.booleanNode(text.equalsIgnoreCase("true"));
        }
        try {
            if (tag.equals(Tag.INT)) {
                return whole(text);
            }
            if (tag.equals(Tag.FLOAT)) {
                return JSON.numberNode(Double.parseDouble(text));
            }
        } catch (NumberFormatException notOfJson) {
            throw new Odd("\"" + text + "\" is no number of JSON", scalar);
        }
        throw new Odd("\"" + text + "\" has the tag " + tag + ", which JSON has not", scalar);
    }

    private static JsonNode whole(String text) {
        BigInteger number = text.startsWith("0x")
                ? new BigInteger(text.substring(2), 16)
                : text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
        return number.bitLength() < 32
                ? JSON.numberNode(number.intValue())
                : number.bitLength() < 64 ? JSON.numberNode(number.longValue()) : JSON.numberNode(number);
    }
}
