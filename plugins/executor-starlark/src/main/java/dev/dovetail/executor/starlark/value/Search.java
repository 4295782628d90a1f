package dev.dovetail.executor.starlark.value;

/** Finds text in text in time that grows with their lengths' sum, not with their product. */
public final class Search {
    /** Up to this product of lengths the plain way is the quickest. */
    private static final long PLAIN = 1 << 16;

    private Search() {}

    /** The first place of the part between two places of the text, or -1. */
    public static int find(Run run, String text, String part, int from, int to) {
        int room = to - from;
        if (part.length() > room) {
            return -1;
        }
        if (part.length() <= 16 || (long) part.length() * room <= PLAIN) {
            int found = text.indexOf(part, from, to);
            run.work(found < 0 ? room : found - from + part.length());
            return found;
        }
        return findLong(run, text, part, from, to);
    }

    /** Never looks at a character of the text twice. */
    private static int findLong(Run run, String text, String part, int from, int to) {
        run.allocate(4L * part.length());
        run.work(part.length());
        int[] borders = borders(part);
        int matched = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            while (matched > 0 && part.charAt(matched) != c) {
                matched = borders[matched - 1];
            }
            if (part.charAt(matched) == c && ++matched == part.length()) {
                run.work(i - from);
                return i - matched + 1;
            }
        }
        run.work(to - from);
        return -1;
    }

    /** For each beginning of the part, the length of its longest end that is also a beginning. */
    private static int[] borders(String part) {
        int[] borders = new int[part.length()];
        int length = 0;
        for (int i = 1; i < part.length(); i++) {
            while (length > 0 && part.charAt(i) != part.charAt(length)) {
                length = borders[length - 1];
            }
            if (part.charAt(i) == part.charAt(length)) {
                length++;
            }
            borders[i] = length;
        }
        return borders;
    }

    /** The last place of the part between two places of the text, or -1. */
    public static int findLast(Run run, String text, String part, int from, int to) {
        if (part.length() <= 16 || (long) part.length() * (to - from) <= PLAIN) {
            int found = text.lastIndexOf(part, to - part.length());
            run.work(to - Math.max(from, found));
            return found >= from ? found : -1;
        }
        String reversed = new StringBuilder(text.substring(from, to)).reverse().toString();
        int found = findFlat(run, reversed, new StringBuilder(part).reverse().toString());
        return found < 0 ? -1 : to - found - part.length();
    }

    private static int findFlat(Run run, String text, String part) {
        run.allocateText(text.length() + part.length());
        return find(run, text, part, 0, text.length());
    }
}
