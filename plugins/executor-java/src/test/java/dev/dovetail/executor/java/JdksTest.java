package dev.dovetail.executor.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.worker.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installations that stand in for real ones: finding runs nothing. */
@Tag("RT-21")
final class JdksTest {
    @TempDir
    private Path home;

    private Path jdk(String folder, String version) throws IOException {
        Path installation = home.resolve(folder);
        Files.createDirectories(installation.resolve("bin"));
        Files.write(installation.resolve("bin/java"), new byte[] {0x7f, 'E', 'L', 'F'});
        Files.setPosixFilePermissions(installation.resolve("bin/java"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(installation.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return installation;
    }

    private List<String> named(Optional<Path> preferred) {
        return new Jdks(new Surroundings(home, List.of()), preferred, List.of(".sdkman/candidates/java", ".jdks"))
                .interpreters().stream()
                        .map(each -> each.runtime() + " " + home.relativize(each.program()))
                        .toList();
    }

    @Test
    void anInstallationIsWhatItsReleaseFileSays() throws Exception {
        jdk(".sdkman/candidates/java/11.0.2-open", "11.0.2");
        jdk(".sdkman/candidates/java/8.0.1-tem", "1.8.0_402");
        jdk(".jdks/openjdk-22", "22");
        Path preferred = jdk("mine", "21.0.1");
        jdk(".jdks/openjdk-21", "21.0.9");
        assertEquals(
                List.of(
                        "java11 .sdkman/candidates/java/11.0.2-open/bin/java",
                        "java21 mine/bin/java",
                        "java22 .jdks/openjdk-22/bin/java"),
                named(Optional.of(preferred)));
    }

    @Test
    void whatIsNotThereIsOfferedWithHowToGetIt() {
        List<Runtime> runtimes = new Jdks(new Surroundings(home, List.of()), Optional.empty(), List.of()).runtimes();
        assertTrue(runtimes.stream()
                .map(Runtime::name)
                .toList()
                .containsAll(List.of("java11", "java17", "java21", "java25")));
        for (Runtime runtime : runtimes) {
            String how = runtime.missing().orElseThrow();
            assertTrue(how.contains("install a JDK " + runtime.name().substring(4)), how);
        }
    }
}
