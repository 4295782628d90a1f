package dev.dovetail.cli;

import dev.dovetail.cli.Screen.Ink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A few lines of source around the one that is meant, with a mark below it. */
final class CodeFrame {
    private static final int BEFORE = 2;
    private static final int LONGEST = 160;

    private final Screen screen;

    CodeFrame(Screen screen) {
        this.screen = screen;
    }

    /**
     * The lines to show, or none if the source has no such line.
     *
     * @param source all of the file
     * @param line from 1
     * @param column from 1; 0 if only the line is known
     */
    List<String> lines(String source, int line, int column) {
        List<String> all = source.lines().toList();
        if (line < 1 || line > all.size()) {
            return List.of();
        }
        int width = Integer.toString(line).length();
        List<String> shown = new ArrayList<>();
        for (int i = Math.max(1, line - BEFORE); i <= line; i++) {
            String number = " ".repeat(width - Integer.toString(i).length()) + i;
            String text = shortened(expanded(all.get(i - 1)));
            shown.add(screen.ink(Ink.FAINT, "  " + number + " | ") + text);
        }
        mark(all.get(line - 1), column)
                .ifPresent(mark ->
                        shown.add(screen.ink(Ink.FAINT, "  " + " ".repeat(width) + " | ") + screen.ink(Ink.RED, mark)));
        return shown;
    }

    /** Under the column, or under the whole of the line where no column is known; nothing where it cannot be seen. */
    private static Optional<String> mark(String text, int column) {
        if (column > 0) {
            String before = expanded(text.substring(0, Math.min(column - 1, text.length())));
            return before.length() < LONGEST ? Optional.of(" ".repeat(before.length()) + "^") : Optional.empty();
        }
        String whole = shortened(expanded(text));
        String bare = whole.stripLeading();
        return bare.isEmpty()
                ? Optional.empty()
                : Optional.of(" ".repeat(whole.length() - bare.length())
                        + "^".repeat(bare.stripTrailing().length()));
    }

    private static String expanded(String text) {
        return Screen.plain(text.replace("\t", "    "));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
