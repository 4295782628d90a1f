package dev.dovetail.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.reflect.Method;
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
 * The rule books and the contracts say the same: each rule has a test and each test a rule.
 *
 * <p>A rule book is a page {@code docs/spi/<subject>.md}; each of its lines that begins with a number and a full stop
 * begins the rule {@code <subject>/<number>}. A rule that says {@code (not tested: why)} needs no test.
 */
final class RuleBookTest {
    private static final Path BOOKS = Path.of("../../docs/spi");
    private static final Pattern RULE = Pattern.compile("^(\\d+)\\. ");

    @Test
    void eachRuleHasATestAndEachTestARule() throws Exception {
        Set<String> toTest = new TreeSet<>();
        Set<String> written = new TreeSet<>();
        rules().forEach((rule, text) -> {
            written.add(rule);
            if (!text.contains("(not tested: ")) {
                toTest.add(rule);
            }
        });
        Set<String> tested = tested();
        assertFalse(tested.isEmpty(), "No contract was found on the class path");
        assertEquals(Set.of(), without(toTest, tested), "rules that no test names");
        assertEquals(Set.of(), without(tested, written), "rules that a test names and no book has");
        assertEquals(Set.of(), without(tested, toTest), "rules that are tested, and whose book says they are not");
    }

    private static Set<String> without(Set<String> these, Set<String> those) {
        Set<String> left = new TreeSet<>(these);
        left.removeAll(those);
        return left;
    }

    private static Map<String, String> rules() throws IOException {
        Map<String, String> rules = new TreeMap<>();
        try (Stream<Path> books = Files.list(BOOKS)) {
            for (Path book : books.filter(p -> p.toString().endsWith(".md")).toList()) {
                String subject = book.getFileName().toString().replace(".md", "");
                String rule = "";
                for (String line : Files.readAllLines(book)) {
                    Matcher number = RULE.matcher(line);
                    if (number.find()) {
                        rule = subject + "/" + number.group(1);
                        assertFalse(rules.containsKey(rule), rule + " is written twice");
                    } else if (line.isBlank()) {
                        rule = "";
                    }
                    if (!rule.isEmpty()) {
                        rules.merge(rule, line, (before, more) -> before + " " + more.strip());
                    }
                }
            }
        }
        return rules;
    }

    private static Set<String> tested() throws Exception {
        Path classes = Path.of(
                Rule.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Set<String> tested = new TreeSet<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = new ArrayList<>(
                    all.filter(p -> p.toString().endsWith(".class")).toList());
        }
        for (Path file : files) {
            String name =
                    classes.relativize(file).toString().replace(".class", "").replace('/', '.');
            if (name.endsWith("-info")) {
                continue;
            }
            for (Method method : Class.forName(name, false, RuleBookTest.class.getClassLoader())
                    .getDeclaredMethods()) {
                Rule rule = method.getAnnotation(Rule.class);
                if (rule != null) {
                    tested.add(rule.value());
                }
            }
        }
        return tested;
    }
}
