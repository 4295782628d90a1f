package ${package};

import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of JSON with holes, read. A line that begins with a number sign is a note, written to the log at the start. */
record Template(List<Piece> pieces, List<String> notes, List<Problem> problems) {
    /** A hole and its argument, or with the empty word a text; quoted if it stands inside a JSON text. */
    record Piece(String word, String argument, boolean quoted, Place place) {}

    private static final Pattern HOLE = Pattern.compile("\\{\\{(\\w*)[. ]?(.*?)}}");
    private static final List<String> WORDS =
            List.of("input", "env", "now", "random", "sleep", "print", "progress", "repeat", "end", "fail");

    static Template read(Launch launch) {
        Template template = new Template(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        String[] handler = launch.handler().split("\\.", 2);
        String file = handler[0] + TemplateExecutorProvider.SUFFIX;
        Path path = launch.code().resolve(file).normalize();
        if (!launch.handler().endsWith(".main") || !path.startsWith(launch.code()) || !Files.isRegularFile(path)) {
            String message = "The handler \"" + launch.handler() + "\" needs the function main and a file \"" + file + "\"";
            template.problems.add(Problem.error("HANDLER_NOT_FOUND", message));
            return template;
        }
        try {
            List<String> lines = Files.readAllLines(path);
            for (int i = 0; i < lines.size(); i++) {
                template.line(lines.get(i), file, i + 1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return template;
    }

    private void line(String line, String file, int number) {
        if (line.startsWith("#")) {
            notes.add(line.substring(1).strip());
            return;
        }
        Matcher hole = HOLE.matcher(line);
        int end = 0;
        while (hole.find()) {
            Place place = new Place(file, number, hole.start() + 1);
            pieces.add(new Piece("", line.substring(end, hole.start()), false, place));
            boolean quoted = line.substring(0, hole.start()).replaceAll("\\{\\{.*?}}|\\\\.|[^\"]", "").length() % 2 == 1;
            pieces.add(new Piece(hole.group(1), hole.group(2).strip(), quoted, place));
            if (!WORDS.contains(hole.group(1))) {
                String message = "No such hole: \"" + hole.group(1) + "\"; there are " + WORDS;
                problems.add(new Problem("UNDEFINED_NAME", Problem.Severity.ERROR, message,
                        Optional.of(place), Optional.of(line), Optional.empty()));
            }
            end = hole.end();
        }
        pieces.add(new Piece("", line.substring(end) + "\n", false, new Place(file, number, end + 1)));
    }
}
