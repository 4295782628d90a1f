package dev.dovetail.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where answers and complaints are shown: on a terminal with colours and tables, elsewhere as plain lines with tabs. What
 * others wrote is shown without its control characters.
 */
final class Screen {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final int WIDEST = 60;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean terminal;
    private final boolean colour;
    private final OutputStream raw;

    /** A way to write text. */
    enum Ink {
        BOLD("1"),
        FAINT("2"),
        RED("31"),
        GREEN("32"),
        YELLOW("33"),
        CYAN("36");

        private final String code;

        Ink(String code) {
            this.code = code;
        }
    }

    Screen(PrintWriter out, PrintWriter err, boolean terminal, boolean colour) {
        this(out, err, terminal, colour, OutputStream.nullOutputStream());
    }

    /** @param raw takes what is no text */
    Screen(PrintWriter out, PrintWriter err, boolean terminal, boolean colour, OutputStream raw) {
        this.raw = raw;
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.colour = colour;
    }

    /** The process's own streams. The launcher tells whether they lead to a terminal: Java cannot see it. */
    static Screen real(Map<String, String> environment) {
        boolean terminal = System.getProperty("dovetail.terminal", "").contains("1");
        boolean plain = environment.containsKey("NO_COLOR")
                || environment.getOrDefault("TERM", "").equals("dumb");
        return new Screen(
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                terminal,
                terminal && !plain,
                new FileOutputStream(FileDescriptor.out));
    }

    private static PrintWriter writer(FileDescriptor stream) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(stream), StandardCharsets.UTF_8), true);
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    boolean terminal() {
        return terminal;
    }

    boolean colour() {
        return colour;
    }

    String ink(Ink ink, String text) {
        return colour ? "\u001b[" + ink.code + "m" + text + "\u001b[0m" : text;
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Bytes as they are. */
    void bytes(byte[] bytes) {
        out.flush();
        try {
            raw.write(bytes);
            raw.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line for people that no script should read. */
    void aside(String text) {
        err.println(text);
        err.flush();
    }

    void complain(String text) {
        aside((colour ? "\u001b[31m" + "error:" + "\u001b[0m " : "error: ") + text);
    }

    /** JSON, indented on a terminal and on one line elsewhere. */
    void json(JsonNode node) {
        line(terminal ? Pretty.text(node) : JSON.writeValueAsString(node));
    }

    /** Rows under a head on a terminal; rows with tabs, for scripts, elsewhere. */
    void table(List<String> head, List<List<String>> rows) {
        if (!terminal) {
            rows.forEach(row ->
                    line(String.join("\t", row.stream().map(Screen::plain).toList())));
            return;
        }
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < head.size(); column++) {
            int widest = head.get(column).length();
            for (List<String> row : rows) {
                widest =
                        Math.max(widest, Math.min(WIDEST, plain(row.get(column)).length()));
            }
            widths.add(widest);
        }
        line(ink(Ink.BOLD, padded(head, widths)));
        rows.forEach(row -> line(padded(row.stream().map(Screen::plain).toList(), widths)));
    }

    private static String padded(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            line.append(i == 0 ? "" : "  ").append(cell);
            if (i < cells.size() - 1) {
                line.repeat(" ", Math.max(0, widths.get(i) - cell.length()));
            }
        }
        return line.toString().stripTrailing();
    }

    /** The text without what could drive a terminal or break a line. */
    static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return plain.toString();
    }
}
