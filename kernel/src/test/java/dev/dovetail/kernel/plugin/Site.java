package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.plugin.SourceJar;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A place with plugins in it, as a test wants it. */
final class Site implements AutoCloseable {
    static final Name SAMPLE = Name.of("sample");
    static final Name ID = Name.of("secrets-sample");
    static final Name TENANT = Name.of("default");
    static final Route ROUTE = new Route(TENANT, Name.of("f"), "", OptionalInt.empty());

    /** Short enough for tests of what takes too long. */
    static final PluginSettings.Times TIMES = new PluginSettings.Times(
            Duration.ofSeconds(20),
            Duration.ofMillis(500),
            Duration.ofSeconds(20),
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            Duration.ofMillis(50));

    private static final JsonMapper JSON = JsonMapper.builder().build();

    final Path folder;
    final Plugins plugins;

    Site(Path folder) {
        this(folder, TIMES);
    }

    Site(Path folder, PluginSettings.Times times, SlotSetting... slots) {
        this(settings(folder, times, slots));
    }

    Site(PluginSettings settings) {
        this.folder = settings.data();
        this.plugins = new Plugins(settings, Site::check);
    }

    static PluginSettings settings(Path folder, PluginSettings.Times times, SlotSetting... slots) {
        return new PluginSettings(
                folder.resolve("shipped"),
                folder.resolve("data"),
                "0.1.0",
                List.of(slots),
                List.of(),
                false,
                InstantSource.system(),
                times);
    }

    static SlotSetting setting(String slot, String type, String version, String config) {
        return new SlotSetting(
                Kind.SECRETS,
                Name.of(slot),
                Name.of(type),
                version.isEmpty() ? Optional.empty() : Optional.of(version),
                (ObjectNode) JSON.readTree(config));
    }

    @SuppressWarnings("unchecked")
    static dev.dovetail.spi.Config check(String slot, String schema, ObjectNode values) {
        return Settings.of(schema, JSON.convertValue(values, Map.class));
    }

    Site started() throws InterruptedException {
        plugins.start();
        return this;
    }

    Uploaded upload(SourceJar jar) throws IOException, InterruptedException {
        return plugins.take(new ByteArrayInputStream(jar.bytes()), Optional.empty());
    }

    Uploaded.Taken taken(SourceJar jar) throws IOException, InterruptedException {
        return assertInstanceOf(Uploaded.Taken.class, upload(jar));
    }

    String refused(SourceJar jar) throws IOException, InterruptedException {
        return assertInstanceOf(Uploaded.Refused.class, upload(jar)).reason();
    }

    Activation.Serving serving(String version) throws InterruptedException {
        return assertInstanceOf(Activation.Serving.class, plugins.activate(ID, version, false));
    }

    String refusal(String version) throws InterruptedException {
        return assertInstanceOf(Activation.Refused.class, plugins.activate(ID, version, false))
                .reason();
    }

    Slot<SecretStore> slot() {
        return slot("sample");
    }

    Slot<SecretStore> slot(String name) {
        return plugins.secrets().get(Name.of(name));
    }

    /** The version that answers. */
    String answer() throws InterruptedException {
        return answer(slot());
    }

    static String answer(Slot<SecretStore> slot) throws InterruptedException {
        try (Lease<SecretStore> lease = slot.lease(ROUTE, Duration.ofSeconds(10))) {
            return lease.use(Site::answer);
        }
    }

    static String answer(SecretStore store) {
        return store.find(TENANT, TENANT, Optional.empty()).orElseThrow().reveal();
    }

    PluginView.VersionView version(String version) {
        return plugins.find(ID).orElseThrow().versions().stream()
                .filter(each -> each.version().equals(version))
                .findFirst()
                .orElseThrow();
    }

    GenerationView generation(long number) {
        return plugins.generations(ID).stream()
                .filter(each -> each.generation() == number)
                .findFirst()
                .orElseThrow();
    }

    /** Waits until the generation is unloaded and its loader collected. */
    boolean gone(Name id, long number) throws InterruptedException {
        Tenure tenure = plugins.tenures(id).stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow();
        Eventually.holds(
                "generation " + number + " is unloaded",
                () -> tenure.afterlife().isPresent());
        return tenure.afterlife().orElseThrow().goneWithin(Duration.ofSeconds(20));
    }

    boolean gone(long number) throws InterruptedException {
        return gone(ID, number);
    }

    void drop(String name, byte[] content) throws IOException {
        Files.write(folder.resolve("plugins").resolve(name), content);
    }

    @Override
    public void close() {
        plugins.close();
    }
}
