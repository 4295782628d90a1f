package dev.dovetail.archetype;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The project that the archetype makes compiles, keeps every rule for executors, and packs into a jar that unloads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchetypeTest {
    private static final int MOST_LINES = 260;

    private Path folder;
    private Generated project;
    private Document pom;

    @BeforeAll
    void generateCompileAndPack(@TempDir Path temporary) throws Exception {
        folder = temporary;
        project = Generated.in(
                folder,
                Map.of(
                        "groupId", "org.example",
                        "artifactId", "executor-example",
                        "version", "1.2.3",
                        "package", "org.example.runs"));
        pom = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("pom.xml").toFile());
        assertEquals(List.of(), project.compiled("main"));
        assertEquals(List.of(), project.compiled("test", folder.resolve("target/classes")));
        project.packed(manifestEntries(), libraries());
    }

    private Map<String, String> manifestEntries() {
        Map<String, String> entries = new LinkedHashMap<>();
        NodeList children = pom.getElementsByTagName("manifestEntries").item(0).getChildNodes();
        for (int i = 0; i < children.getLength(); i++) {
            if (children.item(i) instanceof Element element) {
                entries.put(element.getTagName(), built(element.getTextContent()));
            }
        }
        return entries;
    }

    /** What the build makes of a value in the pom. */
    private String built(String value) {
        Element project = pom.getDocumentElement();
        return value.replace("${project.artifactId}", text(project, "artifactId"))
                .replace("${project.version}", text(project, "version"));
    }

    @Test
    void whoRaisesTheProjectsVersionHasRaisedThePlugins() {
        assertEquals(
                "${project.version}",
                pom.getElementsByTagName("Plugin-Version").item(0).getTextContent());
        assertEquals("1.2.3", manifestEntries().get("Plugin-Version"));
        assertEquals("executor-example", manifestEntries().get("Plugin-Id"));
    }

    /** What the project's only library of its own brings. */
    private static List<Path> libraries() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(each -> each.getFileName().toString().matches("jackson-(core|databind|annotations)-.*\\.jar"))
                .toList();
    }

    @Test
    void itsExecutorKeepsEveryRule() throws Exception {
        String report = project.ran("TemplateExecutorTest");
        // the one that is skipped is about processes, and templates run in the kernel's
        assertTrue(report.startsWith("run 27, failed 0, skipped 1"), report);
    }

    @Test
    void itsJarKeepsEveryRuleAndUnloads() throws Exception {
        String report = project.ran("PluginJarCheck");
        assertTrue(report.startsWith("run 8, failed 0, skipped 0"), report);
    }

    @Test
    void aBrokenExecutorWouldBeNoticed() throws Exception {
        Path sample = folder.resolve("src/test/samples/remember.tmpl");
        String good = Files.readString(sample);
        Files.writeString(sample, "2\n");
        try {
            String report = project.ran("TemplateExecutorTest");
            assertTrue(report.startsWith("run 26, failed 1, skipped 1"), report);
            assertTrue(report.contains("twoInstancesShareNothing"), report);
        } finally {
            Files.writeString(sample, good);
        }
    }

    @Test
    void itsPomAsksForTheVersionsOfThisRelease() throws IOException {
        Map<String, String> asked = new LinkedHashMap<>();
        NodeList dependencies = pom.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element each = (Element) dependencies.item(i);
            asked.put(text(each, "artifactId"), text(each, "version"));
        }
        assertEquals(List.of("dovetail-spi", "dovetail-testkit", "jackson-databind"), List.copyOf(asked.keySet()));
        String root = Files.readString(Path.of("../../pom.xml"));
        assertEquals(
                first(root, "<artifactId>dovetail</artifactId>\\s*<version>(.*?)</version>"),
                asked.get("dovetail-spi"));
        assertEquals(asked.get("dovetail-spi"), asked.get("dovetail-testkit"));
        assertEquals(first(root, "<jackson.version>(.*?)</jackson.version>"), asked.get("jackson-databind"));
        NodeList plugins = pom.getElementsByTagName("plugin");
        for (int i = 0; i < plugins.getLength(); i++) {
            Element each = (Element) plugins.item(i);
            String name = text(each, "artifactId");
            assertEquals(first(root, name + "</artifactId>\\s*<version>(.*?)</version>"), text(each, "version"), name);
        }
    }

    private static String text(Element parent, String tag) {
        return parent.getElementsByTagName(tag).item(0).getTextContent();
    }

    private static String first(String text, String pattern) {
        var found = Pattern.compile(pattern).matcher(text);
        assertTrue(found.find(), pattern);
        return found.group(1);
    }

    @Test
    void itIsSmall() throws IOException {
        try (Stream<Path> sources = Files.walk(folder.resolve("src/main/java"))) {
            long lines = 0;
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                lines += Files.readAllLines(source).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.matches("(import|package|//|/\\*|\\*).*"))
                        .count();
            }
            assertTrue(lines <= MOST_LINES, lines + " lines of Java");
        }
    }

    @Test
    void theDescriptorNamesEveryFile() throws Exception {
        Document descriptor = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(Path.of("src/main/resources/META-INF/maven/archetype-metadata.xml")
                        .toFile());
        NodeList sets = descriptor.getElementsByTagName("fileSet");
        try (Stream<Path> all = Files.walk(Generated.SOURCES)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String path = Generated.SOURCES.relativize(file).toString();
                boolean named = path.equals("pom.xml");
                for (int i = 0; i < sets.getLength(); i++) {
                    Element set = (Element) sets.item(i);
                    String within = text(set, "directory");
                    named |= path.startsWith(within + "/")
                            && path.substring(within.length() + 1)
                                    .matches(text(set, "include")
                                            .replace(".", "\\.")
                                            .replace("**/", "(.#/)?")
                                            .replace("*", "[^/]*")
                                            .replace("#", "*"));
                }
                assertTrue(named, "the archetype leaves out " + path);
                assertFalse(path.contains("target/"), path);
            }
        }
    }

    @Test
    void theDocumentShowsTheSourcesAsTheyAre() throws IOException {
        String document = Files.readString(Path.of("../../docs/authors.md"));
        var shown = Pattern.compile("<!-- from (\\w+\\.java) -->\\s*```java\\n(.*?)```", Pattern.DOTALL)
                .matcher(document);
        int blocks = 0;
        while (shown.find()) {
            blocks++;
            String part = shown.group(1).matches(".*(Test|Check)\\.java") ? "test" : "main";
            String source = Files.readString(Generated.SOURCES.resolve("src/" + part + "/java/" + shown.group(1)));
            assertTrue(source.contains(shown.group(2)), shown.group(1) + " has not: " + shown.group(2));
        }
        // what is a plugin of its own is compiled and called by a test of the kernel's, or of the worker's
        int others = document.split("<!-- a plugin of its own -->\\s*```java", -1).length - 1;
        assertEquals(document.split("```java", -1).length - 1 - others, blocks, "blocks that say from where they are");
    }
}
