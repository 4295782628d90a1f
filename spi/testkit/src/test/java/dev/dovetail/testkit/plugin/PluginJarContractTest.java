package dev.dovetail.testkit.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.secret.SecretStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A good jar fulfils the contract, and each bad one fails the test of its rule. */
final class PluginJarContractTest {
    @TempDir
    static Path folder;

    private static String provider(String members, String onOpen, String onFind) {
        return """
                package sample;
                import dev.dovetail.spi.*;
                import dev.dovetail.spi.plugin.*;
                import dev.dovetail.spi.secret.*;
                import java.util.*;
                public final class SampleProvider implements SecretStoreProvider {
                    static final List<Object> KEPT = new ArrayList<>();
                    @Override public Name type() { return Name.of("sample"); }
                    %s
                    @Override public SecretStore open(Config config, Context context) {
                        %s
                        return new SecretStore() {
                            @Override public Optional<Secret> find(Name tenant, Name name, Optional<String> version) {
                                %s
                                return Optional.empty();
                            }
                            @Override public void close() {}
                        };
                    }
                }
                """.formatted(members, onOpen, onFind);
    }

    private static SourceJar jar(String members, String onOpen, String onFind) {
        return SourceJar.of("secrets-sample", "1.0.0")
                .provider("sample.SampleProvider", provider(members, onOpen, onFind));
    }

    /** The contract on one jar, used as a caller would. */
    private record Built(Path jar) implements PluginJarContract {
        static Built of(SourceJar jar) {
            return new Built(jar.in(folder));
        }

        @Override
        public void use(Name type, AutoCloseable service) throws Exception {
            ((SecretStore) service).find(type, type, Optional.empty());
        }
    }

    @Nested
    final class AGoodJar implements PluginJarContract {
        @Override
        public Path jar() {
            return PluginJarContractTest.jar("", "", "").in(folder);
        }

        @Override
        public void use(Name type, AutoCloseable service) throws Exception {
            ((SecretStore) service).find(type, type, Optional.empty());
        }
    }

    private static void fails(String words, Executable test) {
        Throwable thrown = assertThrows(Throwable.class, test);
        assertTrue(String.valueOf(thrown).contains(words), () -> "said: " + thrown);
    }

    @Test
    void whichJarIsMeantIsAskedWhereThereIsNotOne(@TempDir Path target) throws Exception {
        fails("mvn verify", () -> BuiltJar.in(target.resolve("nowhere")));
        fails("mvn verify", () -> BuiltJar.in(target));
        Path first = Files.createFile(target.resolve("sample-1.0.0.jar"));
        Files.createFile(target.resolve("original-sample-1.0.0.jar"));
        Files.createFile(target.resolve("sample-1.0.0-sources.jar"));
        assertEquals(first, BuiltJar.in(target));
        Files.createFile(target.resolve("sample-1.1.0.jar"));
        fails("mvn clean verify", () -> BuiltJar.in(target));
    }

    @Test
    void aManifestThatSaysTooLittleFails() {
        fails("Plugin-Requires", Built.of(jar("", "", "").without("Plugin-Requires"))::itsManifestSaysWhatItIs);
        fails(
                "no semantic version",
                Built.of(jar("", "", "").manifest("Plugin-Version", "1"))::itsManifestSaysWhatItIs);
    }

    @Test
    void aProviderThatIsNotThereOrNotInTheJarFails() {
        fails("lists no provider", Built.of(SourceJar.of("x", "1.0.0"))::everyListedProviderLoadsFromItsJar);
        fails(
                "sample.Missing",
                Built.of(SourceJar.of("x", "1.0.0").listed("sample.Missing"))::everyListedProviderLoadsFromItsJar);
    }

    @Test
    void aClassOfTheSpiInsideFails() {
        SourceJar bad = jar("", "", "").entry("META-INF/versions/21/dev/dovetail/spi/Name.class", new byte[] {1});
        fails("dev/dovetail/spi/Name.class", Built.of(bad)::nothingOfTheKernelTheSpiOrTheJdkIsInside);
    }

    @Test
    void aTypeThatChangesFails() {
        SourceJar bad = jar(
                "@Override public String schema() { return \"{\\\"$id\\\": \\\"\" + System.nanoTime() + \"\\\"}\"; }",
                "",
                "");
        fails("expected", Built.of(bad)::itsTypesAreNamedOnceAndAnsweredTheSameEachTime);
    }

    @Test
    void aSchemaThatIsNoneFails() {
        SourceJar bad = jar("@Override public String schema() { return \"{\\\"type\\\": \\\"objekt\\\"}\"; }", "", "");
        fails("not a JSON Schema", Built.of(bad)::itsSchemasAreSchemasAndTheConfigurationFits);
    }

    @Test
    void aHandoverBesideAnotherFails() {
        SourceJar bad = jar("@Override public Succession succession() { return Succession.HANDOVER; }", "", "")
                .provider(
                        "sample.Other",
                        provider("", "", "").replace("SampleProvider", "Other").replace("\"sample\"", "\"other\""));
        fails("it hands over, and provides 2", Built.of(bad)::aProviderThatHandsOverIsTheOnlyOne);
    }

    @Test
    void copiesThatNoticeEachOtherFail() {
        String once = """
                if (System.getProperty("sample.open") != null) throw new IllegalStateException("there can be only one");
                System.setProperty("sample.open", "yes");
                """;
        try {
            fails("only one", Built.of(jar("", once, ""))::twoCopiesServeSideBySide);
        } finally {
            System.clearProperty("sample.open");
        }
    }

    @Test
    void aThreadThatIsLeftFails() {
        String leak = """
                Thread left = new Thread(() -> { try { Thread.sleep(3000); } catch (InterruptedException e) { } }, "left");
                left.setDaemon(true);
                left.start();
                """;
        fails(
                "threads of the plugin's",
                Built.of(jar("", "", leak))::openedUsedClosedAndUnloadedTwentyTimesItLeavesNothing);
    }

    @Test
    void aThreadOfTheContextThatIsLeftFails() {
        String leak =
                "context.threads().newThread(() -> { try { Thread.sleep(60000); } catch (InterruptedException e) { } }).start();";
        fails(
                "left threads running",
                Built.of(jar("", leak, ""))::openedUsedClosedAndUnloadedTwentyTimesItLeavesNothing);
    }

    @Test
    void aDescriptorThatIsLeftFails() {
        String leak = """
                try {
                    KEPT.add(java.nio.file.Files.newInputStream(
                            java.nio.file.Files.createTempFile(context.home(), "left", "")));
                    Thread.currentThread().setUncaughtExceptionHandler((t, e) -> KEPT.clear()); // keeps all of it
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
                """;
        try {
            fails(
                    "descriptors are left open",
                    Built.of(jar("", leak, ""))::openedUsedClosedAndUnloadedTwentyTimesItLeavesNothing);
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }
    }

    @Test
    void aLoaderThatIsLeftFails() {
        String leak = "Thread.setDefaultUncaughtExceptionHandler((t, e) -> { });";
        try {
            fails(
                    "class loaders are still in memory",
                    Built.of(jar("", leak, ""))::openedUsedClosedAndUnloadedTwentyTimesItLeavesNothing);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(null);
        }
    }
}
