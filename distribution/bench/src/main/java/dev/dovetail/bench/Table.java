package dev.dovetail.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Figures in columns, printed row by row as they come. */
final class Table {
    private final PrintWriter out;
    private final List<Integer> widths = new ArrayList<>();

    Table(PrintWriter out, String... heads) {
        this.out = out;
        for (String head : heads) {
            widths.add(Math.max(head.length(), widths.isEmpty() ? 26 : 10));
        }
        row((Object[]) heads);
    }

    void row(Object... cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String text = cells[i] instanceof Double number ? String.format("%.2f", number) : cells[i].toString();
            int width = widths.get(i);
            line.append(i == 0 ? String.format("%-" + width + "s", text) : String.format("  %" + width + "s", text));
        }
        out.println(line);
        out.flush();
    }
}
