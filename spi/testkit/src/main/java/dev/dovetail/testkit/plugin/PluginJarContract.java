package dev.dovetail.testkit.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.spi.plugin.Provider;
import dev.dovetail.spi.plugin.Succession;
import dev.dovetail.spi.plugin.TriggerProvider;
import dev.dovetail.testkit.Rule;
import dev.dovetail.testkit.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The rules for a plugin's jar, as tests on the jar as it was built. Implement it in a test that runs after packaging; the
 * last of its tests is the certificate of unload. Rules: {@code docs/spi/plugin.md}.
 */
public interface PluginJarContract {
    /** The built jar: the one in {@code target}, unless this says otherwise. */
    default Path jar() {
        return BuiltJar.in(Path.of("target"));
    }

    /** What an operator would write into the configuration of this type; the schema's defaults are filled in. */
    default Map<String, Object> config(Name type) {
        return Map.of();
    }

    /** Uses an open service of this type for a moment, so that what it does only when used is done. */
    default void use(Name type, AutoCloseable service) throws Exception {}

    @Test
    @Rule("plugin/1")
    default void itsManifestSaysWhatItIs() throws IOException {
        try (JarFile opened = new JarFile(jar().toFile())) {
            Attributes head = opened.getManifest().getMainAttributes();
            for (String key : List.of("Plugin-Id", "Plugin-Version", "Plugin-Requires")) {
                String value = head.getValue(key);
                assertTrue(value != null && !value.isBlank(), "The manifest has no " + key);
            }
            String id = head.getValue("Plugin-Id");
            assertTrue(Name.find(id).isPresent(), "Plugin-Id is no name: " + id);
            String version = head.getValue("Plugin-Version");
            assertTrue(
                    Pattern.matches("\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?", version),
                    "Plugin-Version is no semantic version: " + version);
        }
    }

    @Test
    @Rule("plugin/2")
    default void everyListedProviderLoadsFromItsJar() {
        try (IsolatedJar loaded = IsolatedJar.load(jar())) {
            List<Provider<?>> providers = loaded.providers();
            assertFalse(providers.isEmpty(), "META-INF/services/" + Provider.class.getName() + " lists no provider");
            providers.forEach(each -> assertSame(
                    loaded.loader(),
                    each.getClass().getClassLoader(),
                    each.getClass().getName() + " is not in the jar"));
        }
    }

    @Test
    @Rule("plugin/3")
    default void nothingOfTheKernelTheSpiOrTheJdkIsInside() throws IOException {
        Pattern foreign = Pattern.compile(
                "(META-INF/versions/\\d+/)?(dev/dovetail/(spi|kernel)/|java/|jdk/internal/|sun/misc/).*\\.class");
        try (JarFile opened = new JarFile(jar().toFile())) {
            List<String> found = opened.stream()
                    .map(entry -> entry.getName())
                    .filter(entry -> foreign.matcher(entry).matches())
                    .toList();
            assertEquals(List.of(), found);
        }
    }

    @Test
    @Rule("plugin/4")
    default void itsTypesAreNamedOnceAndAnsweredTheSameEachTime() {
        try (IsolatedJar loaded = IsolatedJar.load(jar())) {
            Set<String> seen = new HashSet<>();
            for (Provider<?> each : loaded.providers()) {
                String kind = Stream.of(each.getClass().getInterfaces())
                        .filter(type -> Provider.class.isAssignableFrom(type))
                        .map(Class::getSimpleName)
                        .toList()
                        .toString();
                assertTrue(seen.add(kind + " " + each.type()), each.type() + " is provided twice");
                assertEquals(each.type(), each.type());
                assertEquals(each.schema(), each.schema());
                assertEquals(each.succession(), each.succession());
            }
        }
    }

    @Test
    @Rule("plugin/5")
    default void itsSchemasAreSchemasAndTheConfigurationFits() {
        try (IsolatedJar loaded = IsolatedJar.load(jar())) {
            for (Provider<?> each : loaded.providers()) {
                List<String> schemas = new ArrayList<>(List.of(each.schema()));
                if (each instanceof TriggerProvider trigger) {
                    schemas.add(trigger.subscriptionSchema());
                }
                if (each instanceof ExecutorProvider executor) {
                    schemas.add(executor.limitsSchema());
                    Set<String> names = new HashSet<>();
                    for (ExecutorProvider.ControlAction action : executor.controlActions()) {
                        assertTrue(names.add(action.name()), action.name() + " is a control action twice");
                        assertTrue(
                                action.name().matches("[a-z][a-z0-9-]*"), "a control action's name: " + action.name());
                        assertFalse(action.description().isBlank(), action.name() + " says nothing of what it does");
                        schemas.add(action.payloadSchema());
                    }
                }
                schemas.forEach(schema -> checkSchema(each.type(), schema));
                Settings.of(each.schema(), config(each.type()));
            }
        }
    }

    private static void checkSchema(Name type, String schema) {
        JsonNode tree = JsonMapper.builder().build().readTree(schema);
        var problems = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
                .validate(tree);
        assertTrue(problems.isEmpty(), type + ": not a JSON Schema: " + problems);
        assertEquals("object", tree.path("type").asString(), type + ": the schema's type");
    }

    @Test
    @Rule("plugin/6")
    default void aProviderThatHandsOverIsTheOnlyOne() {
        try (IsolatedJar loaded = IsolatedJar.load(jar())) {
            List<Provider<?>> providers = loaded.providers();
            boolean handsOver = providers.stream().anyMatch(each -> each.succession() == Succession.HANDOVER);
            assertTrue(!handsOver || providers.size() == 1, "it hands over, and provides " + providers.size());
        }
    }

    @Test
    @Rule("plugin/7")
    default void twoCopiesServeSideBySide() throws Exception {
        try (IsolatedJar one = IsolatedJar.load(jar());
                IsolatedJar other = IsolatedJar.load(jar())) {
            for (int i = 0; i < one.providers().size(); i++) {
                Provider<?> first = one.providers().get(i);
                Provider<?> second = other.providers().get(i);
                assertNotSame(first.getClass(), second.getClass());
                if (first.succession() == Succession.OVERLAP) {
                    Certificate.openUseAndCloseBoth(this, first, second);
                } else {
                    Certificate.openUseAndClose(this, first);
                    Certificate.openUseAndClose(this, second);
                }
            }
        }
    }

    @Test
    @Rule("plugin/8")
    default void openedUsedClosedAndUnloadedTwentyTimesItLeavesNothing() throws Exception {
        new Certificate(this).over(20);
    }
}
