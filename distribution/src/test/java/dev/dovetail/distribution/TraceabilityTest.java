package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page that says which tests prove which requirement is what the sources say. With {@code -Ddocs.write=true} it is
 * written anew.
 */
final class TraceabilityTest {
    private static final Path PAGE = House.SOURCES.resolve("docs/traceability.md");
    private static final Path SENTENCES = House.SOURCES.resolve("docs/requirements.csv");
    private static final Path MEASURED = House.SOURCES.resolve("docs/performance.md");
    private static final Pattern TARGET = Pattern.compile("\\| ([A-Z]+-\\d+) \\| .*");
    private static final Pattern ROW = Pattern.compile("([A-Z]+-\\d+),\"(.*)\"");
    private static final Pattern MEMBER = Pattern.compile("@Tag\\(\"([A-Z]+-\\d+)\"\\)"
            + "|^ *(?:public |abstract |static |final )*(?:class|interface|record) (\\w+)"
            + "|^ {4,}(?:public |private |static |final |default )*(?:void|[\\w.<>]+) (\\w+)\\([^;]*$");

    @Test
    void thePageSaysWhatTheSourcesSay() throws IOException {
        String page = page(sentences(), tests(), measured());
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertEquals(
                page, Files.readString(PAGE), "docs/traceability.md is not what the sources say; -Ddocs.write=true");
    }

    @Test
    void everyRequirementThatATestNamesHasItsSentence() throws IOException {
        Set<String> named = new TreeSet<>(tests().keySet());
        assertTrue(named.size() > 20, "The sources' tags were not found: " + named);
        named.addAll(measured());
        named.removeAll(sentences().keySet());
        assertEquals(Set.of(), named, "not in docs/requirements.csv");
    }

    private static Map<String, String> sentences() throws IOException {
        Map<String, String> sentences = new TreeMap<>();
        for (String line : Files.readAllLines(SENTENCES)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                sentences.put(row.group(1), row.group(2).replace("\"\"", "\""));
            }
        }
        return sentences;
    }

    /** By requirement the tests that name it, a whole class by its name and a method after its class's. */
    private static Map<String, Set<String>> tests() throws IOException {
        Map<String, Set<String>> tests = new TreeMap<>();
        try (Stream<Path> all = Files.walk(House.SOURCES)) {
            List<Path> sources = all.filter(each -> each.toString().endsWith(".java"))
                    .filter(each -> House.SOURCES.relativize(each).toString().contains("src/test/java"))
                    .toList();
            for (Path source : sources) {
                read(Files.readAllLines(source), tests);
            }
        }
        return tests;
    }

    private static void read(List<String> lines, Map<String, Set<String>> tests) {
        String type = "";
        List<String> waiting = new ArrayList<>();
        for (String line : lines) {
            Matcher found = MEMBER.matcher(line);
            while (found.find()) {
                if (found.group(1) != null) {
                    waiting.add(found.group(1));
                    continue;
                }
                if (found.group(2) != null) {
                    type = found.group(2);
                }
                String test = found.group(2) != null ? type : type + "." + found.group(3);
                waiting.forEach(each ->
                        tests.computeIfAbsent(each, key -> new TreeSet<>()).add("`" + test + "`"));
                waiting.clear();
            }
        }
        assertEquals(List.of(), waiting, "tags of nothing, in the file of " + type);
    }

    /** The requirements of which the page of figures has a line: a time is measured, and asserted by no test. */
    private static Set<String> measured() throws IOException {
        Set<String> measured = new TreeSet<>();
        for (String line : Files.readAllLines(MEASURED)) {
            Matcher target = TARGET.matcher(line);
            if (target.matches()) {
                measured.add(target.group(1));
            }
        }
        assertTrue(measured.size() > 5, "The table of targets was not found: " + measured);
        return measured;
    }

    private static String page(Map<String, String> sentences, Map<String, Set<String>> tests, Set<String> measured) {
        StringBuilder page = new StringBuilder("""
                # What is proved by which test

                Generated from the tests' `@Tag`s by `TraceabilityTest`; with `-Ddocs.write=true` it is written anew.

                | | requirement | tests |
                | --- | --- | --- |
                """);
        tests.forEach((id, named) -> page.append("| ")
                .append(id)
                .append(" | ")
                .append(sentences.getOrDefault(id, "").replace("|", "\\|"))
                .append(" | ")
                .append(String.join(", ", named))
                .append(" |\n"));
        page.append("""

                ## Measured

                What is a matter of speed is measured beside a reference, and asserted by no test: [the figures](performance.md).

                | | requirement |
                | --- | --- |
                """);
        measured.forEach(id -> page.append("| ")
                .append(id)
                .append(" | ")
                .append(sentences.getOrDefault(id, ""))
                .append(" |\n"));
        return page.toString();
    }
}
