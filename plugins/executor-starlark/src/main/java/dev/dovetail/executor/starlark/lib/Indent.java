package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.json.JsonReader;
import dev.dovetail.executor.starlark.value.Run;
import java.nio.charset.StandardCharsets;

/** The functions {@code json.indent} and {@code json.encode_indent}. */
final class Indent {
    private final Run run;
    private final String prefix;
    private final String indent;
    private final StringBuilder out = new StringBuilder();
    private int depth;

    private Indent(Run run, String prefix, String indent) {
        this.run = run;
        this.prefix = prefix;
        this.indent = indent;
    }

    static String indented(Run run, Object[] a) {
        String text = Arguments.text(a[0], "the JSON");
        // refuses what is not JSON, so that below only its shape matters
        JsonReader.values(run, text.getBytes(StandardCharsets.UTF_8));
        String prefix = Arguments.some(a[1]) ? Arguments.text(a[1], "prefix") : "";
        String indent = Arguments.some(a[2]) ? Arguments.text(a[2], "indent") : "\t";
        Indent indenting = new Indent(run, prefix, indent);
        indenting.write(text);
        return indenting.out.toString();
    }

    private void write(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            run.allocate(2);
            switch (c) {
                case '"' -> i = string(text, i);
                case '{', '[' -> {
                    out.append(c);
                    int next = i + 1;
                    while (Character.isWhitespace(text.charAt(next))) {
                        next++;
                    }
                    if (text.charAt(next) == '}' || text.charAt(next) == ']') {
                        out.append(text.charAt(next));
                        i = next;
                    } else {
                        depth++;
                        line();
                    }
                }
                case '}', ']' -> {
                    depth--;
                    line();
                    out.append(c);
                }
                case ',' -> {
                    out.append(c);
                    line();
                }
                case ':' -> out.append(": ");
                case ' ', '\t', '\r', '\n' -> {}
                default -> out.append(c);
            }
        }
    }

    private int string(String text, int start) {
        int end = start + 1;
        while (text.charAt(end) != '"') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        run.allocateText(end - start);
        out.append(text, start, end + 1);
        return end;
    }

    private void line() {
        long length = prefix.length() + (long) indent.length() * depth;
        run.allocateText(length);
        run.work(length);
        out.append('\n').append(prefix).append(indent.repeat(depth));
    }
}
