package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.plugin.SourceJar;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was refused is loaded again when that may help, and not otherwise. */
@Tag("NM-04")
final class TriedAgainTest {
    private static final Name LATE = Name.of("secrets-late");
    private static final Name BROKEN = Name.of("secrets-broken");
    private static final Name SECOND = Name.of("secrets-second");

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    private Site site() throws InterruptedException {
        PluginSettings usual = Site.settings(folder, Site.TIMES);
        return new Site(new PluginSettings(
                        usual.shipped(),
                        usual.data(),
                        usual.spiVersion(),
                        List.of(),
                        List.of(),
                        false,
                        (InstantSource) now::get,
                        usual.times()))
                .started();
    }

    /** One that provides a type of its own. */
    private static SourceJar of(Name id, String type, String members, String onOpen) {
        return SourceJar.of(id.text(), "1.0.0").provider("sample.SampleProvider", """
                        package sample;
                        import dev.dovetail.spi.*;
                        import dev.dovetail.spi.plugin.*;
                        import dev.dovetail.spi.secret.*;
                        import java.util.*;
                        public final class SampleProvider implements SecretStoreProvider {
                            %s
                            @Override public Name type() { return Name.of("%s"); }
                            @Override public SecretStore open(Config config, Context context) {
                                %s
                                return new SecretStore() {
                                    @Override public Optional<Secret> find(Name tenant, Name name, Optional<String> version) {
                                        return Optional.empty();
                                    }
                                    @Override public void close() {}
                                };
                            }
                        }
                        """.formatted(members, type, onOpen));
    }

    private static Optional<String> reason(Site site, Name id) {
        return site.plugins.find(id).flatMap(it -> it.versions().getFirst().reason());
    }

    private static int loads(Site site, Name id) {
        return site.plugins.generations(id).size();
    }

    private static void drop(Site site, Name id, String type, String members, String onOpen) throws IOException {
        site.drop(id.text() + ".jar", of(id, type, members, onOpen).bytes());
    }

    /** Waits while the clock goes on by minutes. */
    private void inTime(String what, BooleanSupplier so) throws InterruptedException {
        Eventually.holds(what, () -> {
            now.updateAndGet(it -> it.plus(Duration.ofMinutes(2)));
            return so.getAsBoolean();
        });
    }

    /** So long that whatever is tried again is tried so often. */
    private void triedAgain(Site site, int times) throws InterruptedException {
        int before = loads(site, LATE);
        inTime("what may be well later is tried again", () -> loads(site, LATE) >= before + times);
    }

    @Test
    void whatIsWrongWithAJarDoesNotPassSoItIsLoadedOnceAndTheFirstReasonStays() throws Exception {
        try (Site site = site()) {
            drop(
                    site,
                    LATE,
                    "late",
                    "",
                    "if (true) throw new PluginException(PluginException.Kind.UNAVAILABLE, \"no daemon\");");
            drop(
                    site,
                    BROKEN,
                    "broken",
                    "static { if (true) throw new NoClassDefFoundError(\"org/example/Nope\"); }",
                    "");
            Eventually.holds(
                    "both are refused",
                    () -> reason(site, LATE).isPresent() && reason(site, BROKEN).isPresent());
            String first = reason(site, BROKEN).orElseThrow();
            assertTrue(first.contains("org/example/Nope"), first);
            triedAgain(site, 5);
            assertEquals(1, loads(site, BROKEN));
            assertEquals(Optional.of(first), reason(site, BROKEN));
        }
    }

    @Test
    void whatIsAskedForIsTriedAgain() throws Exception {
        try (Site site = site()) {
            drop(site, BROKEN, "broken", "", "if (true) throw new IllegalStateException();");
            Eventually.holds("it is refused", () -> reason(site, BROKEN).isPresent());
            site.plugins.activate(BROKEN, "1.0.0", false);
            assertEquals(2, loads(site, BROKEN));
        }
    }

    @Test
    void aTypeThatAnotherPluginHadIsTakenWhenThatIsRemoved() throws Exception {
        try (Site site = site()) {
            drop(site, LATE, "late", "", "if (true) throw new PluginException(PluginException.Kind.REJECTED, \"no\");");
            site.taken(Fixtures.good("1.0.0"));
            drop(site, SECOND, "sample", "", "");
            Eventually.holds(
                    "there are two of one type",
                    () -> reason(site, SECOND)
                            .filter(it -> it.contains("provided by secrets-sample already"))
                            .isPresent());
            Eventually.holds(
                    "and the other is refused", () -> reason(site, LATE).isPresent());
            triedAgain(site, 3);
            assertEquals(1, loads(site, SECOND));
            site.plugins.remove(Site.ID);
            inTime(
                    "it serves",
                    () -> site.plugins.find(SECOND).orElseThrow().active().isPresent());
            assertFalse(reason(site, SECOND).isPresent());
        }
    }
}
