package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Search;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.executor.starlark.value.Values;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The methods of strings that cut them up. */
final class StringSplits {
    static final List<Method> ALL = List.of(
            new Method("split(sep?, maxsplit?)", (run, self, a) -> split(run, (String) self, a, false)),
            new Method("rsplit(sep?, maxsplit?)", (run, self, a) -> split(run, (String) self, a, true)),
            new Method("splitlines(keepends?)", (run, self, a) -> lines(run, (String) self, a[0])),
            new Method("partition(sep, /)", (run, self, a) -> partition(run, (String) self, a[0], false)),
            new Method("rpartition(sep, /)", (run, self, a) -> partition(run, (String) self, a[0], true)));

    private StringSplits() {}

    private static String piece(Run run, String text, int from, int to) {
        run.allocateText(to - from);
        run.work(16L + to - from);
        return text.substring(from, to);
    }

    private static StarList list(Run run, Deque<Object> pieces) {
        run.allocate(40 + 8L * pieces.size());
        return new StarList(run.mutability(), pieces.toArray());
    }

    private static Object split(Run run, String text, Object[] a, boolean last) {
        int most = Arguments.some(a[1]) ? Arguments.number(a[1], "maxsplit") : -1;
        most = most < 0 ? Integer.MAX_VALUE : most;
        if (!Arguments.some(a[0])) {
            return list(run, last ? lastWords(run, text, most) : words(run, text, most));
        }
        String sep = separator(a[0]);
        Deque<Object> pieces = new ArrayDeque<>();
        int from = 0;
        int to = text.length();
        for (int done = 0; done < most; done++) {
            int found = last ? Search.findLast(run, text, sep, 0, to) : Search.find(run, text, sep, from, to);
            if (found < 0) {
                break;
            }
            if (last) {
                pieces.addFirst(piece(run, text, found + sep.length(), to));
                to = found;
            } else {
                pieces.addLast(piece(run, text, from, found));
                from = found + sep.length();
            }
        }
        String rest = piece(run, text, from, to);
        if (last) {
            pieces.addFirst(rest);
        } else {
            pieces.addLast(rest);
        }
        return list(run, pieces);
    }

    private static String separator(Object argument) {
        String sep = Arguments.text(argument, "the separator");
        if (sep.isEmpty()) {
            throw Failure.value("the separator is empty");
        }
        return sep;
    }

    private static boolean space(char c) {
        return Character.isWhitespace(c) || c == '\u00a0';
    }

    private static Deque<Object> words(Run run, String text, int most) {
        Deque<Object> words = new ArrayDeque<>();
        int at = 0;
        while (true) {
            while (at < text.length() && space(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return words;
            }
            int end = at;
            if (words.size() >= most) {
                end = text.length();
                while (space(text.charAt(end - 1))) {
                    end--;
                }
                words.addLast(piece(run, text, at, end));
                return words;
            }
            while (end < text.length() && !space(text.charAt(end))) {
                end++;
            }
            words.addLast(piece(run, text, at, end));
            at = end;
        }
    }

    private static Deque<Object> lastWords(Run run, String text, int most) {
        Deque<Object> words = new ArrayDeque<>();
        int end = text.length();
        while (true) {
            while (end > 0 && space(text.charAt(end - 1))) {
                end--;
            }
            if (end == 0) {
                return words;
            }
            int at = end;
            if (words.size() >= most) {
                at = 0;
                while (space(text.charAt(at))) {
                    at++;
                }
                words.addFirst(piece(run, text, at, end));
                return words;
            }
            while (at > 0 && !space(text.charAt(at - 1))) {
                at--;
            }
            words.addFirst(piece(run, text, at, end));
            end = at;
        }
    }

    private static Object lines(Run run, String text, Object keep) {
        boolean ends = Arguments.given(keep) && Values.truth(keep);
        Deque<Object> lines = new ArrayDeque<>();
        int from = 0;
        while (from < text.length()) {
            int end = from;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            int after = end == text.length() ? end : text.startsWith("\r\n", end) ? end + 2 : end + 1;
            lines.addLast(piece(run, text, from, ends ? after : end));
            from = after;
        }
        return list(run, lines);
    }

    private static Object partition(Run run, String text, Object argument, boolean last) {
        String sep = separator(argument);
        int found = last
                ? Search.findLast(run, text, sep, 0, text.length())
                : Search.find(run, text, sep, 0, text.length());
        if (found < 0) {
            return last ? new Tuple("", "", text) : new Tuple(text, "", "");
        }
        return new Tuple(piece(run, text, 0, found), sep, piece(run, text, found + sep.length(), text.length()));
    }
}
