package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import dev.dovetail.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** What an operator does with plugins. */
final class PluginsTest {
    @TempDir
    Path folder;

    @Test
    @Tag("PL-02")
    @Tag("PL-03")
    void theFirstVersionOfAPluginServesAndTheNextWaitsOnTheShelf() throws Exception {
        try (Site site = new Site(folder).started()) {
            assertEquals(VersionState.ACTIVE, site.taken(Fixtures.good("1.0.0")).state());
            assertEquals(
                    VersionState.SHELVED, site.taken(Fixtures.good("2.0.0")).state());
            assertEquals("1.0.0", site.answer());
            PluginView view = site.plugins.find(Site.ID).orElseThrow();
            assertEquals(Optional.of("1.0.0"), view.active());
            assertEquals(VersionState.ACTIVE, view.state());
            assertEquals(
                    List.of("2.0.0", "1.0.0"),
                    view.versions().stream()
                            .map(PluginView.VersionView::version)
                            .toList());
            assertEquals(VersionState.SHELVED, site.version("2.0.0").state());
        }
    }

    @Test
    @Tag("NM-01")
    @Tag("NM-02")
    void activatingSwapsAndRollingBackSwapsAgain() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.good("1.0.0"));
            site.taken(Fixtures.good("2.0.0"));
            long second = site.serving("2.0.0").generation();
            assertEquals("2.0.0", site.answer());
            assertInstanceOf(Activation.Serving.class, site.plugins.rollBack(Site.ID));
            assertEquals("1.0.0", site.answer());
            assertTrue(site.gone(second));
            assertEquals(1, site.generation(second).calls());
            assertEquals(VersionState.SHELVED, site.generation(second).state());
        }
    }

    @Test
    void aStoreThatNoPluginProvidesIsToldAtOnceUnlessAJarMayStillCome() throws Exception {
        SlotSetting state = new SlotSetting(
                Kind.STATE,
                Name.of("state"),
                Name.of("no-such"),
                Optional.empty(),
                JsonNodeFactory.instance.objectNode());
        try (Site site = new Site(folder, Site.TIMES, state)) {
            var failure = assertThrows(IllegalStateException.class, site.plugins::start);
            assertEquals(
                    "The state slot \"state\" is to be of the type \"no-such\", which no installed plugin provides; there"
                            + " are []. Put its jar into " + folder.resolve("data/plugins")
                            + ", or change the configuration",
                    failure.getMessage());
            Fixtures.good("1.0.0").in(folder.resolve("data/plugins"));
            site.plugins.start();
        }
    }

    @Test
    void activatingWhatServesAlreadyChangesNothing() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.good("1.0.0"));
            long first = site.serving("1.0.0").generation();
            assertEquals(first, site.serving("1.0.0").generation());
            assertEquals(1, site.plugins.generations(Site.ID).size());
        }
    }

    @Test
    void whatIsNotThereIsUnknownAndTheAnswerListsWhatIs() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.good("1.0.0"));
            var none = assertInstanceOf(Activation.Unknown.class, site.plugins.activate(Site.ID, "9.0.0", false));
            assertTrue(none.reason().contains("there are 1.0.0"), none.reason());
            var nobody =
                    assertInstanceOf(Activation.Unknown.class, site.plugins.activate(Name.of("x"), "1.0.0", false));
            assertTrue(nobody.reason().contains("secrets-sample"), nobody.reason());
        }
    }

    @Test
    void whatWasDecidedIsInUseAgainAfterARestart() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.good("1.0.0"));
            site.taken(Fixtures.good("2.0.0"));
            site.serving("2.0.0");
            site.serving("1.0.0");
        }
        try (Site site = new Site(folder).started()) {
            assertEquals("1.0.0", site.answer());
            assertInstanceOf(Activation.Serving.class, site.plugins.rollBack(Site.ID));
            assertEquals("2.0.0", site.answer());
        }
        assertTrue(Files.notExists(folder.resolve("data/run")) || isEmpty(folder.resolve("data/run")));
    }

    private static boolean isEmpty(Path directory) throws Exception {
        try (var all = Files.list(directory)) {
            return all.findAny().isEmpty();
        }
    }

    @Test
    void aRemovedPluginIsOutOfUseAndStaysSo() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.good("1.0.0"));
            site.taken(Fixtures.good("2.0.0"));
            assertInstanceOf(Removal.Refused.class, site.plugins.remove(Site.ID, "1.0.0"));
            assertInstanceOf(Removal.Removed.class, site.plugins.remove(Site.ID, "2.0.0"));
            assertInstanceOf(Removal.Unknown.class, site.plugins.remove(Site.ID, "2.0.0"));
            assertInstanceOf(Removal.Removed.class, site.plugins.remove(Site.ID));
            var failure = assertThrows(
                    PluginFailure.class, () -> site.slot().lease(Site.ROUTE, java.time.Duration.ofMillis(10)));
            assertTrue(failure.getMessage().contains("the plugin was removed"), failure.getMessage());
        }
        try (Site site = new Site(folder).started()) {
            assertEquals(Optional.empty(), site.plugins.find(Site.ID));
        }
    }

    @Test
    void aDroppedJarServesAndTheNextVersionIsListedAndDeletingUnloadsNothing() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.drop("a.jar", Fixtures.good("1.0.0").bytes());
            Eventually.holds("the first serves", () -> site.plugins.secrets().containsKey(Site.SAMPLE));
            assertEquals("1.0.0", site.answer());
            site.drop("b.jar", Fixtures.good("2.0.0").bytes());
            Eventually.holds(
                    "the second is listed",
                    () -> site.plugins.find(Site.ID).orElseThrow().versions().size() == 2);
            Files.delete(site.folder.resolve("plugins/a.jar"));
            site.serving("2.0.0");
            site.serving("1.0.0");
            assertEquals("1.0.0", site.answer());
        }
    }

    @Test
    void aHalfCopiedJarIsNotTakenUntilItIsWhole() throws Exception {
        try (Site site = new Site(folder).started()) {
            byte[] jar = Fixtures.good("1.0.0").bytes();
            byte[] half = java.util.Arrays.copyOf(jar, jar.length / 2);
            site.drop("a.jar", half);
            Eventually.holds(
                    "it is refused as no jar",
                    () -> !site.plugins.refusedFiles().isEmpty());
            assertEquals(Optional.empty(), site.plugins.find(Site.ID));
            site.drop("a.jar", jar);
            Eventually.holds("it serves", () -> site.plugins.secrets().containsKey(Site.SAMPLE));
            assertEquals("1.0.0", site.answer());
            Eventually.holds(
                    "the refusal is taken back",
                    () -> site.plugins.refusedFiles().isEmpty());
        }
    }

    @Test
    void shippedPluginsAreInUseFromTheStart() throws Exception {
        Files.createDirectories(folder.resolve("shipped"));
        Fixtures.good("1.0.0").in(folder.resolve("shipped"));
        try (Site site = new Site(folder).started()) {
            assertEquals("1.0.0", site.answer());
            assertInstanceOf(Removal.Removed.class, site.plugins.remove(Site.ID));
        }
        try (Site site = new Site(folder).started()) {
            assertEquals(
                    VersionState.SHELVED,
                    site.plugins.find(Site.ID).orElseThrow().state());
            site.serving("1.0.0");
            assertEquals("1.0.0", site.answer());
        }
    }

    /** As a machine that lost its power can leave it: what is shipped is made durable only after the start. */
    @Test
    void aShippedJarThatIsTornOnTheShelfIsTakenAnew() throws Exception {
        Files.createDirectories(folder.resolve("shipped"));
        Path jar = Fixtures.good("1.0.0").in(folder.resolve("shipped"));
        try (Site site = new Site(folder).started()) {
            assertEquals("1.0.0", site.answer());
        }
        Path shelved = folder.resolve("data/shelf/" + Generation.digestOf(jar) + ".jar");
        Files.write(shelved, new byte[100]);
        try (Site site = new Site(folder).started()) {
            assertEquals("1.0.0", site.answer());
        }
        assertEquals(-1, Files.mismatch(jar, shelved));
    }

    @Test
    void aShippedBuildWinsOverAnEarlierOneOfTheSameVersion() throws Exception {
        Files.createDirectories(folder.resolve("shipped"));
        Fixtures.good("1.0.0").in(folder.resolve("shipped"));
        try (Site site = new Site(folder).started()) {
            assertEquals("1.0.0", site.answer());
        }
        Fixtures.good("1.0.0").entry("build", new byte[] {2}).in(folder.resolve("shipped"));
        try (Site site = new Site(folder).started()) {
            assertEquals("1.0.0", site.answer());
            assertEquals(
                    Generation.digestOf(folder.resolve("shipped/secrets-sample-1.0.0.jar")),
                    site.version("1.0.0").sha256());
        }
    }

    @Test
    void twoVersionsServeSideBySideInSlotsOfTheirOwn() throws Exception {
        try (Site site = new Site(folder, Site.TIMES, Site.setting("next", "sample", "2.0.0", "{}")).started()) {
            site.taken(Fixtures.good("1.0.0"));
            site.taken(Fixtures.good("2.0.0"));
            Eventually.holds(
                    "the second serves", () -> site.slot("next").state().contains("2.0.0"));
            assertEquals("1.0.0", site.answer());
            assertEquals("2.0.0", Site.answer(site.slot("next")));
            assertInstanceOf(Removal.Refused.class, site.plugins.remove(Site.ID, "2.0.0"));
        }
    }

    @Test
    void anotherBuildOfAVersionThatIsThereIsRefused() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.good("1.0.0"));
            String reason = site.refused(Fixtures.good("1.0.0").entry("build", new byte[] {2}));
            assertTrue(reason.contains("another build needs a version of its own"), reason);
            assertEquals(VersionState.ACTIVE, site.taken(Fixtures.good("1.0.0")).state());
        }
    }

    @Test
    void twoPluginsCannotProvideOneType() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.good("1.0.0"));
            String reason = site.refused(Fixtures.named("secrets-other", "1.0.0", "", "", ""));
            assertEquals(
                    "The secrets type \"sample\" is provided by secrets-sample already; two plugins cannot provide one"
                            + " type",
                    reason);
            assertEquals("1.0.0", site.answer());
            assertEquals(
                    VersionState.REFUSED,
                    site.plugins.find(Name.of("secrets-other")).orElseThrow().state());
        }
    }

    @Test
    @Tag("PL-05")
    void aConfigurationThatDoesNotFitTheNewSchemaKeepsTheOldVersion() throws Exception {
        try (Site site =
                new Site(folder, Site.TIMES, Site.setting("sample", "sample", "", "{\"port\": 1}")).started()) {
            String wants =
                    "@Override public String schema() { return \"{\\\"type\\\": \\\"object\\\", \\\"properties\\\":"
                            + " {\\\"port\\\": {\\\"type\\\": \\\"%s\\\"}}}\"; }";
            site.taken(Fixtures.with("secrets-sample", "1.0.0", wants.formatted("integer"), "", "", ""));
            site.taken(Fixtures.with("secrets-sample", "2.0.0", wants.formatted("string"), "", "", ""));
            String reason = site.refusal("2.0.0");
            assertTrue(reason.contains("secrets slot \"sample\"") && reason.contains("port"), reason);
            assertEquals("1.0.0", site.answer());
            assertEquals(VersionState.REFUSED, site.version("2.0.0").state());
            assertEquals(Optional.of(reason), site.version("2.0.0").reason());
        }
    }

    @Test
    void verifyingTellsAFileThatWasChangedOnTheDisk() throws Exception {
        try (Site site = new Site(folder).started()) {
            var taken = site.taken(Fixtures.good("1.0.0"));
            assertTrue(site.plugins.verify(Site.ID).getFirst().intact());
            Files.write(site.folder.resolve("shelf/" + taken.sha256() + ".jar"), new byte[] {1});
            assertFalse(site.plugins.verify(Site.ID).getFirst().intact());
        }
    }
}
