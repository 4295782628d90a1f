package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked elsewhere: what is in it, and that it starts from its cache of loaded classes. */
@Timeout(180)
@Needs(Need.SHELL)
final class ArchiveTest {
    private static final Pattern JAR = Pattern.compile("(.+?)-(\\d.*)\\.jar");
    private static final String USED = "Using AOT-linked classes: true";

    @TempDir
    private Path folder;

    private Path home;

    @BeforeEach
    void unpack() throws Exception {
        Path archive = House.HOME.resolveSibling("dovetail.tar.gz");
        House.run(new ProcessBuilder("tar", "xzf", archive.toString(), "-C", folder.toString()))
                .expecting(0);
        home = files(folder).getFirst();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    private static Set<String> names(Path folder) throws IOException {
        Set<String> names = new TreeSet<>();
        files(folder).forEach(each -> names.add(each.getFileName().toString()));
        return names;
    }

    @Test
    void itHasWhatItTakesAndNothingTwice() throws IOException {
        assertEquals(Set.of("LICENSE", "README.md", "bin", "conf", "examples", "lib", "plugins"), names(home));
        assertTrue(Files.isExecutable(home.resolve("bin/dovetail")));
        Set<String> libraries = new HashSet<>();
        for (String each : names(home.resolve("lib"))) {
            if (each.equals("dovetail.aot")) {
                continue;
            }
            Matcher jar = JAR.matcher(each);
            assertTrue(jar.matches(), each);
            assertTrue(libraries.add(jar.group(1)), () -> each + " is there in two versions");
            assertFalse(each.contains("testkit") || each.startsWith("junit"), each);
        }
        Set<String> kernels = packages(home.resolve("lib"));
        for (Path plugin : files(home.resolve("plugins"))) {
            Set<String> both = packages(plugin);
            both.retainAll(kernels);
            // the kernel shows plugins nothing of its own, so theirs is inside
            both.removeIf(name -> name.startsWith("org/slf4j")
                    || name.startsWith("org/snakeyaml")
                    || name.startsWith("com/fasterxml/jackson/annotation"));
            assertEquals(Set.of(), both, () -> plugin.getFileName() + " brings what lib has too");
        }
    }

    /** The packages that have classes in a jar, or in the jars of a folder. */
    private static Set<String> packages(Path place) throws IOException {
        Set<String> packages = new TreeSet<>();
        List<Path> jars = Files.isDirectory(place) ? files(place) : List.of(place);
        for (Path jar : jars) {
            if (jar.toString().endsWith(".jar")) {
                try (JarFile opened = new JarFile(jar.toFile())) {
                    opened.stream()
                            .map(entry -> entry.getName())
                            .filter(name ->
                                    name.endsWith(".class") && name.contains("/") && !name.startsWith("META-INF"))
                            .forEach(name -> packages.add(name.substring(0, name.lastIndexOf('/'))));
                }
            }
        }
        return packages;
    }

    @Test
    void itStartsFromItsCacheOfLoadedClassesAndWithoutItWhenAJarWasChanged() throws Exception {
        assertTrue(Files.exists(home.resolve("lib/dovetail.aot")));
        assertTrue(said().contains(USED));
        Path jar = files(home.resolve("lib")).stream()
                .filter(each -> each.getFileName().toString().startsWith("dovetail-cli"))
                .findFirst()
                .orElseThrow();
        Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertFalse(said().contains(USED));
    }

    /** Starts what was unpacked, stops it, and answers what the JVM said of its cache. */
    private String said() throws Exception {
        Path data = folder.resolve("data");
        Path log = folder.resolve("jvm.log");
        Files.deleteIfExists(log);
        ProcessBuilder builder = House.process(data, "start", "--port", "0");
        builder.command().set(0, home.resolve("bin/dovetail").toString());
        builder.environment().put("DOVETAIL_JAVA_OPTS", "-Xlog:aot*=info,cds*=info:file=" + log);
        try (Running server = Running.of(builder, data)) {
            server.get("/health").expecting(200);
            assertEquals(Running.TERMINATED, server.stop());
            assertEquals(
                    List.of(),
                    server.log().lines().filter(line -> line.startsWith("[")).toList(),
                    "what the JVM says of its cache is nothing that an operator wants to read");
        }
        return Files.readString(log);
    }
}
