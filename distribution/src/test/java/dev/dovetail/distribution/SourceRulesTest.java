package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What holds for every source of every module, of the product and of its tests. */
final class SourceRulesTest {
    private static final int LINES = 300;

    @Test
    void noFileIsLongerThanThreeHundredLines() throws IOException {
        List<Path> sources = sources();
        assertTrue(
                sources.contains(House.SOURCES.resolve(
                        "distribution/src/test/java/dev/dovetail/distribution/SourceRulesTest.java")),
                "The sources were not found: " + sources);
        List<String> longer = new ArrayList<>();
        for (Path each : sources) {
            int lines = Files.readAllLines(each).size();
            if (lines > LINES) {
                longer.add(House.SOURCES.relativize(each) + " has " + lines + " lines");
            }
        }
        assertEquals(List.of(), longer);
    }

    /** In some languages a formatted number has other digits: what names keys and files must not depend on the machine. */
    @Test
    void theProductFormatsNothingInTheLanguageOfTheMachine() throws IOException {
        Pattern locally = Pattern.compile("String\\.format\\((?!Locale\\.)|\\.formatted\\(|to(Lower|Upper)Case\\(\\)");
        List<String> found = new ArrayList<>();
        for (Path each : sources()) {
            String path = House.SOURCES.relativize(each).toString();
            if (path.matches("(kernel|plugins/[^/]+|spi/api)/src/main/.*")) {
                locally.matcher(Files.readString(each))
                        .results()
                        .forEach(match -> found.add(path + ": " + match.group()));
            }
        }
        assertEquals(List.of(), found);
    }

    /** All Java in the tree that somebody wrote: what is built lies in folders that are passed over. */
    private static List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(House.SOURCES, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean built = name.equals("target") || name.equals("node_modules");
                boolean hidden = name.startsWith(".") && !folder.equals(House.SOURCES);
                return built || hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }
}
