package dev.dovetail.executor.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;

/** What {@code test}, {@code match}, {@code sub} and their like are made of: the JDK's patterns over text that counts how often it is read. */
final class Patterns {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Patterns() {}

    /** Text of which every character that is read counts, so that a pattern that goes back and forth for ever is stopped. */
    private record Counted(CharSequence text, Budget budget) implements CharSequence {
        @Override
        public char charAt(int index) {
            budget.step(1);
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), budget);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private record Sought(Pattern pattern, boolean all, boolean nonEmpty) {
        static Sought of(JsonNode pattern, JsonNode flags) throws JsonQueryException {
            if (!pattern.isTextual()) {
                throw new JsonQueryException("a pattern is a string, not " + pattern.getNodeType());
            }
            int options = 0;
            boolean all = false;
            boolean nonEmpty = false;
            for (char flag : flags.isTextual() ? flags.textValue().toCharArray() : new char[0]) {
                switch (flag) {
                    case 'g' -> all = true;
                    case 'n' -> nonEmpty = true;
                    case 'i' -> options |= Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
                    case 'x' -> options |= Pattern.COMMENTS;
                    case 's' -> options |= Pattern.DOTALL;
                    case 'l' -> {}
                    default -> throw new JsonQueryException(flags.textValue() + " is not a valid modifier string");
                }
            }
            try {
                return new Sought(Pattern.compile(pattern.textValue(), options), all, nonEmpty);
            } catch (PatternSyntaxException e) {
                throw new JsonQueryException(pattern.textValue() + " (at offset " + e.getIndex()
                        + ") is not a valid regex: " + e.getDescription());
            }
        }

        /** All that are to be found, in order, as jq shows them. */
        List<ObjectNode> in(String text) {
            Budget budget = Budget.CURRENT.get();
            Matcher matcher = pattern.matcher(new Counted(text, budget));
            List<ObjectNode> found = new ArrayList<>();
            long bytes = 0;
            while (matcher.find()) {
                if (nonEmpty && matcher.end() == matcher.start()) {
                    continue;
                }
                found.add(shown(matcher, text));
                bytes += budget.measure(found.getLast());
                budget.room(bytes);
                if (!all) {
                    break;
                }
            }
            return found;
        }

        private ObjectNode shown(Matcher matcher, String text) {
            ObjectNode match = piece(text, matcher.start(), matcher.end());
            ArrayNode captures = match.putArray("captures");
            Map<String, Integer> names = pattern.namedGroups();
            for (int group = 1; group <= matcher.groupCount(); group++) {
                int number = group;
                ObjectNode capture = piece(text, matcher.start(group), matcher.end(group));
                names.entrySet().stream()
                        .filter(each -> each.getValue() == number)
                        .findFirst()
                        .ifPresentOrElse(each -> capture.put("name", each.getKey()), () -> capture.putNull("name"));
                captures.add(capture);
            }
            return match;
        }

        private static ObjectNode piece(String text, int start, int end) {
            ObjectNode piece = JSON.objectNode();
            if (start < 0) {
                return piece.put("offset", -1).put("length", 0).putNull("string");
            }
            return piece.put("offset", text.codePointCount(0, start))
                    .put("length", text.codePointCount(start, end))
                    .put("string", text.substring(start, end));
        }
    }

    private static String subject(JsonNode in) throws JsonQueryException {
        if (!in.isTextual()) {
            throw new JsonQueryException(in.getNodeType() + " cannot be matched, as it is not a string");
        }
        return in.textValue();
    }

    /** {@code _match_impl(pattern; flags; whether it is only a test)}: an array of matches, or whether there is one. */
    record Match() implements Function {
        @Override
        public void apply(
                Scope scope, List<Expression> arguments, JsonNode in, Path path, PathOutput output, Version version)
                throws JsonQueryException {
            String text = subject(in);
            arguments
                    .get(2)
                    .apply(
                            scope,
                            in,
                            test -> arguments
                                    .get(1)
                                    .apply(
                                            scope,
                                            in,
                                            flags -> arguments.get(0).apply(scope, in, pattern -> {
                                                List<ObjectNode> found = Sought.of(pattern, flags)
                                                        .in(text);
                                                output.emit(
                                                        test.asBoolean()
                                                                ? BooleanNode.valueOf(!found.isEmpty())
                                                                : JSON.arrayNode()
                                                                        .addAll(found),
                                                        null);
                                            })));
        }
    }

    /** {@code _sub_impl(pattern; what takes the place of a match, of its named captures; flags)}. */
    record Substitute() implements Function {
        @Override
        public void apply(
                Scope scope, List<Expression> arguments, JsonNode in, Path path, PathOutput output, Version version)
                throws JsonQueryException {
            String text = subject(in);
            arguments
                    .get(2)
                    .apply(
                            scope,
                            in,
                            flags -> arguments.get(0).apply(scope, in, pattern -> {
                                List<ObjectNode> found =
                                        Sought.of(pattern, flags).in(text);
                                replace(scope, arguments.get(1), text, found, 0, 0, "", output);
                            }));
        }

        private static void replace(
                Scope scope,
                Expression replacement,
                String text,
                List<ObjectNode> found,
                int next,
                int from,
                String before,
                PathOutput output)
                throws JsonQueryException {
            StringBuilder made = new StringBuilder(before);
            int at = from;
            for (int i = next; i < found.size(); i++) {
                ObjectNode match = found.get(i);
                int start = text.offsetByCodePoints(0, match.get("offset").intValue());
                made.append(text, at, start);
                at = start + match.get("string").textValue().length();
                made.append(one(scope, replacement, captures(match)));
                Budget.CURRENT.get().room(2.0 * made.length());
            }
            output.emit(new TextNode(made.append(text, at, text.length()).toString()), null);
        }

        private static ObjectNode captures(ObjectNode match) {
            ObjectNode captures = JSON.objectNode();
            for (JsonNode each : match.get("captures")) {
                if (each.get("name").isTextual()) {
                    captures.set(each.get("name").textValue(), each.get("string"));
                }
            }
            return captures;
        }

        private static String one(Scope scope, Expression replacement, ObjectNode captures) throws JsonQueryException {
            List<JsonNode> values = new ArrayList<>();
            replacement.apply(scope, captures, values::add);
            if (values.size() != 1 || !values.getFirst().isTextual()) {
                throw new JsonQueryException("what takes the place of a match is one string, not " + values);
            }
            return values.getFirst().textValue();
        }
    }
}
