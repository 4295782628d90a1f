package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Text;
import dev.dovetail.executor.starlark.value.Tuple;

/** The method {@code format} of strings. */
final class StringFormat {
    private final Run run;
    private final Tuple positional;
    private final Dict named;
    private int next;
    private boolean numbered;

    private StringFormat(Run run, Tuple positional, Dict named) {
        this.run = run;
        this.positional = positional;
        this.named = named;
    }

    static String format(Run run, String format, Object[] a) {
        run.work(format.length());
        return new StringFormat(run, (Tuple) a[0], (Dict) a[1]).whole(format);
    }

    private String whole(String format) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < format.length()) {
            char c = format.charAt(i);
            boolean twice = i + 1 < format.length() && format.charAt(i + 1) == c;
            if ((c == '{' || c == '}') && twice) {
                out.append(c);
                run.allocate(2);
                i += 2;
            } else if (c == '}') {
                throw Failure.value("a single } in the format; write }} for a brace");
            } else if (c == '{') {
                int end = format.indexOf('}', i);
                if (end < 0) {
                    throw Failure.value("a { in the format is not closed; write {{ for a brace");
                }
                String piece = field(format.substring(i + 1, end));
                run.allocateText(piece.length());
                out.append(piece);
                i = end + 1;
            } else {
                out.append(c);
                run.allocate(2);
                i++;
            }
        }
        run.allocateText(0);
        return out.toString();
    }

    private String field(String inside) {
        if (inside.indexOf('{') >= 0) {
            throw Failure.value("a { inside of {...} in the format");
        }
        if (inside.indexOf(':') >= 0) {
            throw Failure.value("format specifications are not supported: {" + inside + "}");
        }
        int mark = inside.indexOf('!');
        String conversion = mark < 0 ? "s" : inside.substring(mark + 1);
        Object value = value(mark < 0 ? inside : inside.substring(0, mark));
        return switch (conversion) {
            case "s" -> Text.str(run, value);
            case "r" -> Text.repr(run, value);
            default -> throw Failure.value("unknown conversion !" + conversion + " in the format; known are !s and !r");
        };
    }

    private Object value(String name) {
        if (name.isEmpty()) {
            if (numbered) {
                throw Failure.value("{} and {0} in one format");
            }
            return at(next++);
        }
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            if (next > 0) {
                throw Failure.value("{} and {0} in one format");
            }
            numbered = true;
            return at(name.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(name));
        }
        if (name.matches(".*[.\\[\\],].*")) {
            throw Failure.value("attributes and elements are not supported in a format: {" + name + "}");
        }
        int entry = named.find(run, name);
        if (entry < 0) {
            throw new Failure(Failure.Kind.KEY, "no argument named \"" + name + "\" for the format");
        }
        return named.value(entry);
    }

    private Object at(int index) {
        if (index >= positional.size()) {
            throw new Failure(
                    Failure.Kind.INDEX,
                    "no argument number " + index + " for the format; there are " + positional.size());
        }
        return positional.at(index);
    }
}
