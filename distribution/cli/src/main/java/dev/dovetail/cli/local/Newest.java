package dev.dovetail.cli.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares names by the numbers in them: {@code python3.9} comes before {@code python3.13}. */
final class Newest {
    static final Comparator<Path> ORDER = (one, other) ->
            compare(one.getFileName().toString(), other.getFileName().toString());

    private static final Pattern PIECE = Pattern.compile("\\d+|\\D+");

    private Newest() {}

    static int compare(String one, String other) {
        List<String> left = pieces(one);
        List<String> right = pieces(other);
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = comparePieces(left.get(i), right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    private static int comparePieces(String one, String other) {
        boolean numbers = Character.isDigit(one.charAt(0)) && Character.isDigit(other.charAt(0));
        return numbers && one.length() != other.length()
                ? Integer.compare(one.length(), other.length())
                : one.compareTo(other);
    }

    private static List<String> pieces(String name) {
        List<String> pieces = new ArrayList<>();
        Matcher matcher = PIECE.matcher(name);
        while (matcher.find()) {
            pieces.add(matcher.group());
        }
        return pieces;
    }
}
