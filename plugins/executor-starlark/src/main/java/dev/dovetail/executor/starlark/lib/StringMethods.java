package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Search;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.executor.starlark.value.Values;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** The methods of strings that look for text and change it. */
final class StringMethods {
    static final List<Method> ALL = List.of(
            new Method("capitalize()", (run, self, _) -> changed(run, self, StringMethods::capitalized)),
            new Method("lower()", (run, self, _) -> changed(run, self, text -> text.toLowerCase(Locale.ROOT))),
            new Method("upper()", (run, self, _) -> changed(run, self, text -> text.toUpperCase(Locale.ROOT))),
            new Method("title()", (run, self, _) -> changed(run, self, StringMethods::titled)),
            new Method("count(sub, start?, end?, /)", (run, self, a) -> count(run, Part.of((String) self, a))),
            new Method(
                    "find(sub, start?, end?, /)",
                    (run, self, a) -> Ints.of(Part.of((String) self, a).first(run))),
            new Method(
                    "rfind(sub, start?, end?, /)",
                    (run, self, a) -> Ints.of(Part.of((String) self, a).last(run))),
            new Method(
                    "index(sub, start?, end?, /)",
                    (run, self, a) -> there(Part.of((String) self, a).first(run))),
            new Method(
                    "rindex(sub, start?, end?, /)",
                    (run, self, a) -> there(Part.of((String) self, a).last(run))),
            new Method("startswith(prefix, start?, end?, /)", (run, self, a) -> edged(run, (String) self, a, true)),
            new Method("endswith(suffix, start?, end?, /)", (run, self, a) -> edged(run, (String) self, a, false)),
            new Method("elems()", (run, self, _) -> elements(run, (String) self)),
            new Method("codepoints()", (run, self, _) -> codePoints(run, (String) self)),
            new Method("format(*args, **kwargs)", (run, self, a) -> StringFormat.format(run, (String) self, a)),
            new Method("join(elements, /)", (run, self, a) -> join(run, (String) self, a[0])),
            new Method("removeprefix(prefix, /)", (run, self, a) -> without(run, (String) self, a[0], true)),
            new Method("removesuffix(suffix, /)", (run, self, a) -> without(run, (String) self, a[0], false)),
            new Method("replace(old, new, count?, /)", (run, self, a) -> replace(run, (String) self, a)),
            new Method("strip(chars?, /)", (run, self, a) -> strip(run, (String) self, a[0], true, true)),
            new Method("lstrip(chars?, /)", (run, self, a) -> strip(run, (String) self, a[0], true, false)),
            new Method("rstrip(chars?, /)", (run, self, a) -> strip(run, (String) self, a[0], false, true)));

    private StringMethods() {}

    /** A text to look for, and the places between which. */
    private record Part(String text, String sub, int from, int to) {
        static Part of(String text, Object[] a) {
            return new Part(
                    text,
                    Arguments.text(a[0], "what to look for"),
                    limit(a[1], 0, text),
                    limit(a[2], text.length(), text));
        }

        int first(Run run) {
            return from > to ? -1 : Search.find(run, text, sub, from, to);
        }

        int last(Run run) {
            return from > to ? -1 : Search.findLast(run, text, sub, from, to);
        }
    }

    private static int limit(Object argument, int standard, String text) {
        if (!Arguments.some(argument)) {
            return standard;
        }
        int index = Arguments.number(argument, "a place in a string");
        return Math.clamp(index < 0 ? (long) index + text.length() : index, 0, text.length());
    }

    private static Object there(int found) {
        if (found < 0) {
            throw Failure.value("substring not found; find() answers -1 instead");
        }
        return Ints.of(found);
    }

    private static String changed(Run run, Object self, UnaryOperator<String> change) {
        String text = (String) self;
        run.allocateText(text.length());
        run.work(text.length());
        return change.apply(text);
    }

    private static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }

    private static String titled(String text) {
        StringBuilder title = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            title.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
            i += Character.charCount(c);
        }
        return title.toString();
    }

    private static Object count(Run run, Part part) {
        if (part.from() > part.to()) {
            return 0L;
        }
        if (part.sub().isEmpty()) {
            return Ints.of(part.to() - part.from() + 1L);
        }
        long count = 0;
        for (int at = part.from();
                (at = Search.find(run, part.text(), part.sub(), at, part.to())) >= 0;
                at += part.sub().length()) {
            count++;
        }
        return Ints.of(count);
    }

    private static boolean edged(Run run, String text, Object[] a, boolean start) {
        Object[] options = a[0] instanceof Tuple tuple ? tuple.items() : new Object[] {a[0]};
        int from = limit(a[1], 0, text);
        int to = limit(a[2], text.length(), text);
        for (Object option : options) {
            String edge = Arguments.text(option, start ? "a prefix" : "a suffix");
            run.work(edge.length());
            int at = start ? from : to - edge.length();
            if (at >= from && at + edge.length() <= to && text.startsWith(edge, at)) {
                return true;
            }
        }
        return false;
    }

    private static StarList elements(Run run, String text) {
        Sequences.reserve(run, text.length());
        Object[] items = new Object[text.length()];
        for (int i = 0; i < items.length; i++) {
            items[i] = String.valueOf(text.charAt(i));
        }
        run.allocate(24L * items.length);
        return new StarList(run.mutability(), items);
    }

    private static StarList codePoints(Run run, String text) {
        Sequences.reserve(run, text.length());
        run.allocate(24L * text.length());
        Object[] items = text.codePoints().mapToObj(Character::toString).toArray();
        return new StarList(run.mutability(), items);
    }

    private static String join(Run run, String between, Object elements) {
        Object[] items = Sequences.toArray(run, elements);
        long length = items.length == 0 ? 0 : (long) between.length() * (items.length - 1);
        for (int i = 0; i < items.length; i++) {
            if (!(items[i] instanceof String text)) {
                throw Failure.type("join() needs strings; element " + i + " is " + Values.type(items[i]));
            }
            length += text.length();
        }
        run.allocateText(length);
        run.work(length + items.length * 4L);
        StringBuilder all = new StringBuilder((int) length);
        for (int i = 0; i < items.length; i++) {
            all.append(i == 0 ? "" : between).append((String) items[i]);
        }
        return all.toString();
    }

    private static String without(Run run, String text, Object argument, boolean start) {
        String edge = Arguments.text(argument, start ? "a prefix" : "a suffix");
        run.allocateText(text.length());
        if (start) {
            return text.startsWith(edge) ? text.substring(edge.length()) : text;
        }
        return text.endsWith(edge) ? text.substring(0, text.length() - edge.length()) : text;
    }

    private static String replace(Run run, String text, Object[] a) {
        String old = Arguments.text(a[0], "what to replace");
        String fresh = Arguments.text(a[1], "the replacement");
        int most = Arguments.some(a[2]) ? Arguments.number(a[2], "the count") : -1;
        most = most < 0 ? Integer.MAX_VALUE : most;
        StringBuilder out = new StringBuilder();
        int from = 0;
        int counted = 0;
        for (int done = 0; done < most; done++) {
            int found = old.isEmpty() ? (done == 0 ? 0 : from + 1) : Search.find(run, text, old, from, text.length());
            if (found < 0 || found > text.length()) {
                break;
            }
            run.allocateText((long) found - from + fresh.length());
            run.work(fresh.length());
            out.append(text, from, found).append(fresh);
            from = found + old.length();
            counted++;
        }
        if (counted == 0) {
            return text;
        }
        run.allocateText(text.length() - from);
        return out.append(text, from, text.length()).toString();
    }

    private static String strip(Run run, String text, Object chars, boolean left, boolean right) {
        String set = Arguments.some(chars) ? Arguments.text(chars, "what to strip") : "";
        boolean space = !Arguments.some(chars);
        run.allocateText(text.length());
        int from = 0;
        int to = text.length();
        while (left && from < to && strips(run, text.charAt(from), set, space)) {
            from++;
        }
        while (right && from < to && strips(run, text.charAt(to - 1), set, space)) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean strips(Run run, char c, String set, boolean space) {
        run.work(set.length());
        return space ? Character.isWhitespace(c) || c == '\u00a0' : set.indexOf(c) >= 0;
    }
}
