package dev.dovetail.database.postgres;

import dev.dovetail.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One statement, read as far as its words, texts and comments can be told apart: parameters become what the driver takes,
 * and what is no single query or change is refused. That is for clear words; rights do not depend on it.
 *
 * @param text with {@code ?} in place of each parameter, in the driver's spelling
 * @param places which parameter, from 1, each of them is
 * @param writes whether its outermost part changes rows
 */
record Sql(String text, List<Integer> places, boolean writes) {
    private static final Set<String> READS = Set.of("select", "values", "table");
    private static final Set<String> WRITES = Set.of("insert", "update", "delete", "merge");
    private static final int MOST_PARAMETERS = 32_767;

    static Sql of(String statement, int parameters) {
        return new Reader(statement, parameters).read();
    }

    private static PluginException rejected(String message) {
        return new PluginException(PluginException.Kind.REJECTED, message);
    }

    /** Goes over a statement once. */
    private static final class Reader {
        private final String in;
        private final int parameters;
        private final StringBuilder out = new StringBuilder();
        private final List<Integer> places = new ArrayList<>();
        private int at;
        private int depth;
        private String first = "";
        private String main = "";
        private boolean ended;

        Reader(String in, int parameters) {
            this.in = in;
            this.parameters = parameters;
        }

        Sql read() {
            if (in.indexOf('\0') >= 0) {
                throw rejected("The statement has a zero character");
            }
            while (at < in.length()) {
                step();
            }
            if (first.isEmpty()) {
                throw rejected("The statement is empty");
            }
            if (main.isEmpty()) {
                throw rejected("Not a statement that functions may use: " + first.toUpperCase(Locale.ROOT)
                        + "; expected SELECT, VALUES, TABLE, INSERT, UPDATE, DELETE, MERGE, or one of them after WITH");
            }
            return new Sql(out.toString(), List.copyOf(places), WRITES.contains(main));
        }

        private void step() {
            char c = in.charAt(at);
            if (Character.isWhitespace(c)) {
                copy(at + 1);
            } else if (in.startsWith("--", at)) {
                int end = in.indexOf('\n', at);
                copy(end < 0 ? in.length() : end);
            } else if (in.startsWith("/*", at)) {
                comment();
            } else {
                token(c);
            }
        }

        private void token(char c) {
            if (ended) {
                throw rejected("There is more than one statement; expected one");
            }
            switch (c) {
                case ';' -> {
                    ended = true;
                    at++; // the driver would take what follows for another statement
                }
                case '\'' -> string(at, escapes(at));
                case '"' -> quotedName();
                case '$' -> dollar();
                case '?' -> {
                    out.append("??"); // an operator; the driver takes one alone for a parameter
                    at++;
                }
                case '(', '[' -> {
                    depth++;
                    copy(at + 1);
                }
                case ')', ']' -> {
                    depth--;
                    copy(at + 1);
                }
                default -> {
                    if (Character.isLetter(c) || c == '_') {
                        word();
                    } else if (c >= '0' && c <= '9') {
                        number();
                    } else {
                        copy(at + 1);
                    }
                }
            }
        }

        private void copy(int to) {
            out.append(in, at, to);
            at = to;
        }

        private void comment() {
            int open = 0;
            int i = at;
            do {
                if (i >= in.length()) {
                    throw rejected("A comment has no end");
                }
                if (in.startsWith("/*", i)) {
                    open++;
                    i += 2;
                } else if (in.startsWith("*/", i)) {
                    open--;
                    i += 2;
                } else {
                    i++;
                }
            } while (open > 0);
            out.append(' '); // a parameter's sign in it would be one to some, and none to others
            at = i;
        }

        /** Whether this string begins with E, in which a backslash takes the next character's meaning away. */
        private boolean escapes(int quote) {
            return quote > 0
                    && (in.charAt(quote - 1) == 'e' || in.charAt(quote - 1) == 'E')
                    && (quote == 1 || !isName(in.charAt(quote - 2)));
        }

        private void string(int quote, boolean escapes) {
            int i = quote + 1;
            while (true) {
                if (i >= in.length()) {
                    throw rejected("A string has no end");
                }
                char c = in.charAt(i);
                if (c == '\\' && escapes) {
                    i += 2;
                } else if (c == '\'' && i + 1 < in.length() && in.charAt(i + 1) == '\'') {
                    i += 2;
                } else if (c == '\'') {
                    copy(i + 1);
                    return;
                } else {
                    i++;
                }
            }
        }

        private void quotedName() {
            int end = at + 1;
            while (end < in.length() && in.charAt(end) != '"') {
                end++;
            }
            if (end == in.length()) {
                throw rejected("A quoted name has no end");
            }
            copy(end + 1); // two quotes in it are two names to this reader, which does no harm
        }

        private void dollar() {
            int i = at + 1;
            if (i < in.length() && Character.isDigit(in.charAt(i))) {
                parameter(i);
                return;
            }
            while (i < in.length() && isName(in.charAt(i)) && in.charAt(i) != '$') {
                i++;
            }
            if (i < in.length() && in.charAt(i) == '$') {
                String tag = in.substring(at, i + 1);
                int end = in.indexOf(tag, i + 1);
                if (end < 0) {
                    throw rejected("A string that begins with " + tag + " has no end");
                }
                copy(end + tag.length());
            } else {
                copy(at + 1);
            }
        }

        private void parameter(int from) {
            int end = from;
            while (end < in.length() && Character.isDigit(in.charAt(end))) {
                end++;
            }
            int number = end - from > 5 ? Integer.MAX_VALUE : Integer.parseInt(in.substring(from, end));
            if (number < 1 || number > parameters) {
                throw rejected("The statement has the parameter $" + in.substring(from, end) + ", and there are "
                        + parameters + " values");
            }
            if (places.size() == MOST_PARAMETERS) {
                throw rejected("The statement has more than " + MOST_PARAMETERS + " parameters");
            }
            places.add(number);
            out.append('?');
            at = end;
        }

        private void word() {
            int end = at;
            while (end < in.length() && isName(in.charAt(end))) {
                end++;
            }
            String word = in.substring(at, end).toLowerCase(Locale.ROOT);
            // the E of a string belongs to the string
            if (first.isEmpty()) {
                first = word;
            }
            if (main.isEmpty() && (first.equals(word) || first.equals("with") && depth == 0)) {
                if (READS.contains(word) || WRITES.contains(word)) {
                    main = word;
                }
            }
            copy(end);
        }

        private void number() {
            int end = at;
            while (end < in.length() && isName(in.charAt(end))) {
                end++;
            }
            copy(end);
        }

        private static boolean isName(char c) {
            return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c > 0x7f;
        }
    }
}
