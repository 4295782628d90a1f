package dev.dovetail.cli;

import dev.dovetail.cli.Screen.Ink;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** JSON for people: what fits on a line is on a line. */
final class Pretty {
    private static final int WIDTH = 100;

    /** A text, with the colon after it if it is a name; a number; a word. Possessive: a text may have millions of characters. */
    private static final Pattern TOKEN =
            Pattern.compile("(\"(?:\\\\.|[^\"\\\\])*+\")(:)?|-?\\d[0-9.eE+-]*|true|false|null");

    private Pretty() {}

    /** The same in the colours of the screen, if it has any. */
    static String shown(JsonNode node, Screen screen) {
        return TOKEN.matcher(text(node)).replaceAll(found -> {
            String token = found.group();
            String shown = found.group(2) != null
                    ? screen.ink(Ink.CYAN, found.group(1)) + ":"
                    : found.group(1) != null
                            ? screen.ink(Ink.GREEN, token)
                            : screen.ink(token.equals("null") ? Ink.FAINT : Ink.YELLOW, token);
            return Matcher.quoteReplacement(shown);
        });
    }

    static String text(JsonNode node) {
        StringBuilder text = new StringBuilder();
        append(node, "", 0, text);
        return text.toString();
    }

    /** @param used how much of the line is taken already */
    private static void append(JsonNode node, String indent, int used, StringBuilder text) {
        String line = line(node);
        if (node.isEmpty() || indent.length() + used + line.length() <= WIDTH) {
            text.append(line);
            return;
        }
        String deeper = indent + "  ";
        text.append(node.isObject() ? "{" : "[");
        String between = "\n";
        if (node.isObject()) {
            for (var member : node.properties()) {
                String name = quoted(member.getKey()) + ": ";
                text.append(between).append(deeper).append(name);
                append(member.getValue(), deeper, name.length(), text);
                between = ",\n";
            }
        } else {
            for (JsonNode element : node) {
                text.append(between).append(deeper);
                append(element, deeper, 0, text);
                between = ",\n";
            }
        }
        text.append('\n').append(indent).append(node.isObject() ? "}" : "]");
    }

    private static String line(JsonNode node) {
        List<String> parts = new ArrayList<>();
        if (node.isObject()) {
            node.properties().forEach(each -> parts.add(quoted(each.getKey()) + ": " + line(each.getValue())));
            return "{" + String.join(", ", parts) + "}";
        }
        if (node.isArray()) {
            node.forEach(each -> parts.add(line(each)));
            return "[" + String.join(", ", parts) + "]";
        }
        return Screen.JSON.writeValueAsString(node);
    }

    private static String quoted(String name) {
        return Screen.JSON.writeValueAsString(name);
    }
}
