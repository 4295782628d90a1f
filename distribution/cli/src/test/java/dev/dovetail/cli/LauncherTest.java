package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, with Javas that only say how they were called. */
final class LauncherTest {
    private static final Path SCRIPT =
            Path.of("..", "bin", "dovetail").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private Path bin;

    private record Said(int status, String out, String err) {}

    @BeforeEach
    void aCopy() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
        bin = Files.createDirectories(folder.resolve("clone/distribution/bin"));
        // whatever this machine has installed must not count
        String script = Files.readString(SCRIPT).replaceAll("(?m)^    /(usr|Library)/.*\\\\$", "    \\\\");
        Files.writeString(bin.resolve("dovetail"), script.replace("/usr/libexec/java_home", "/nowhere"));
        assertTrue(bin.resolve("dovetail").toFile().setExecutable(true));
    }

    private Path java(String where, String version) throws IOException {
        Path home = folder.resolve(where);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\n");
        for (String name : List.of("java", "javac")) {
            Path program = home.resolve("bin").resolve(name);
            Files.writeString(program, "#!/bin/sh\necho " + where + "\nfor each in \"$@\"; do echo \"$each\"; done\n");
            assertTrue(program.toFile().setExecutable(true));
        }
        return home;
    }

    private void built(Path lib) throws IOException {
        Files.createDirectories(lib);
        Files.createFile(lib.resolve("dovetail-cli-0.1.0.jar"));
        Files.createFile(lib.resolve("another.jar"));
    }

    private Said run(Map<String, String> environment, String... arguments) throws Exception {
        return run(bin.resolve("dovetail"), environment, arguments);
    }

    private Said run(Path script, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of("PATH", tools(), "HOME", folder.resolve("home").toString()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), out, Files.readString(folder.resolve("err")));
    }

    /** A path with the usual tools and no Java. */
    private String tools() throws IOException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String name : List.of("dirname", "readlink", "mkdir", "tee", "rm", "tr", "sed", "cat")) {
            Path link = tools.resolve(name);
            for (Path there : List.of(Path.of("/bin", name), Path.of("/usr/bin", name))) {
                if (!Files.exists(link) && Files.exists(there)) {
                    Files.createSymbolicLink(link, there);
                }
            }
        }
        return tools.toString();
    }

    @Test
    void withoutAJavaItSaysHowToGetOne() throws Exception {
        java("home/.jdks/old", "17.0.2");
        Said said = run(Map.of(), "start");
        assertEquals(2, said.status());
        assertTrue(said.err().startsWith("error: Dovetail runs on Java 25 or later, and none was found."), said.err());
        assertTrue(said.err().contains("https://adoptium.net"), said.err());
    }

    @Test
    void itFindsANewEnoughJavaWhereverPeopleKeepThem() throws Exception {
        built(folder.resolve("clone/distribution/lib"));
        java("home/.jdks/old", "24.0.1");
        java("home/.jdks/new", "25.0.3");
        assertTrue(run(Map.of(), "status").out().startsWith("home/.jdks/new\n"));
        java("home/.sdkman/candidates/java/current", "26-ea");
        assertTrue(run(Map.of(), "status").out().startsWith("home/.sdkman/candidates/java/current\n"));
        Path onPath = java("opt/jdk", "25");
        Files.createSymbolicLink(Path.of(tools()).resolve("java"), onPath.resolve("bin/java"));
        assertTrue(run(Map.of(), "status").out().startsWith("opt/jdk\n"));
        Path chosen = java("chosen", "27.0.1");
        assertTrue(run(Map.of("JAVA_HOME", chosen.toString()), "status").out().startsWith("chosen\n"));
        Path wrong = java("wrong", "11.0.1");
        assertTrue(run(Map.of("JAVA_HOME", wrong.toString()), "status").out().startsWith("opt/jdk\n"));
    }

    @Test
    void theArgumentsReachTheCommandAsTheyAre() throws Exception {
        built(folder.resolve("clone/distribution/lib"));
        java("home/.jdks/new", "25.0.3");
        Path link = folder.resolve("link");
        Files.createSymbolicLink(link, bin.resolve("dovetail"));
        Said said = run(link, Map.of("DOVETAIL_JAVA_OPTS", "-Xmx99m -Da=b"), "invoke", "f", "{\"a b\": \"*\"}", "");
        List<String> lines = said.out().lines().toList();
        int main = lines.indexOf("dev.dovetail.cli.Main");
        assertEquals(List.of("invoke", "f", "{\"a b\": \"*\"}", ""), lines.subList(main + 1, lines.size()));
        assertTrue(lines.containsAll(List.of("-Xmx99m", "-Da=b", "-Ddovetail.terminal=")), said.out());
        Path lib = folder.resolve("clone/distribution/lib").toRealPath();
        assertTrue(lines.contains(lib + "/another.jar:" + lib + "/dovetail-cli-0.1.0.jar"), said.out());
    }

    @Test
    void aBuildThatIsStoppedIsSaidSoAndIsNoBuild() throws Exception {
        assumeTrue(interruptible(), "needs to see SIGINT");
        java("home/.jdks/new", "25.0.3");
        Files.writeString(folder.resolve("clone/mvnw"), """
                #!/bin/sh
                mkdir -p distribution/target/dovetail/lib
                : > distribution/target/dovetail/lib/dovetail-cli-0.1.0.jar
                kill -INT "$LAUNCHER"
                exit 130
                """);
        assertTrue(folder.resolve("clone/mvnw").toFile().setExecutable(true));
        // the same process becomes the launcher, so that Maven knows which it is
        Path script = folder.resolve("known");
        Files.writeString(
                script, "LAUNCHER=$$\nexport LAUNCHER\nexec /bin/sh '" + bin.resolve("dovetail") + "' \"$@\"\n");
        Said said = run(script, Map.of(), "quickstart");
        assertEquals(130, said.status(), said.err());
        assertTrue(said.err().contains("The build was stopped; to go on with it:"), said.err());
        assertFalse(said.err().contains("error:"), said.err());
        Said after = run(Map.of(), "status");
        assertTrue(after.err().startsWith("error: Dovetail is not built yet."), after.err());
    }

    /** Not where whoever began these tests had it ignored, which all processes inherit. */
    private static boolean interruptible() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .noneMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    @Test
    void whatIsNotBuiltIsSaidSoOrBuiltForTheQuickstart() throws Exception {
        java("home/.jdks/new", "25.0.3");
        Files.writeString(folder.resolve("clone/mvnw"), "");
        Said said = run(Map.of(), "status");
        assertEquals(2, said.status());
        assertTrue(said.err().startsWith("error: Dovetail is not built yet."), said.err());

        String maven = """
                #!/bin/sh
                echo "[INFO] Building Dovetail kernel 0.1.0                                [4/9]"
                echo "[INFO]   from kernel/pom.xml"
                mkdir -p distribution/target/dovetail/lib
                %s distribution/target/dovetail/lib/dovetail-cli-0.1.0.jar
                """;
        Files.writeString(folder.resolve("clone/mvnw"), maven.formatted("exit 1; :"));
        assertTrue(folder.resolve("clone/mvnw").toFile().setExecutable(true));
        Said failed = run(Map.of(), "quickstart");
        assertEquals(2, failed.status());
        assertTrue(failed.err().contains("The build failed."), failed.err());

        // one that fails when it has copied the libraries is not taken for built
        Files.writeString(folder.resolve("clone/mvnw"), maven.formatted(": >") + "exit 1\n");
        assertEquals(2, run(Map.of(), "quickstart").status());
        assertTrue(run(Map.of(), "status").err().startsWith("error: Dovetail is not built yet."));

        Files.writeString(folder.resolve("clone/mvnw"), maven.formatted(": >"));
        Said made = run(Map.of(), "quickstart", "--exit");
        assertEquals(0, made.status());
        assertTrue(made.err().contains("Dovetail kernel 0.1.0"), made.err());
        assertTrue(made.out().endsWith("dev.dovetail.cli.Main\nquickstart\n--exit\n"), made.out());
    }
}
