package dev.dovetail.kernel;

import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.plugin.Kind;
import dev.dovetail.kernel.plugin.PluginSettings;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.SlotSetting;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.plugin.SourceJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A plugin that hands out what a test lent it: a jar as any other, loaded as any other, whose services are objects that the
 * test can reach. What was lent outlives the plugin, as a disk would.
 */
public final class Lent {
    private static final String KEY = """
            @Override public Name type() { return Name.of("lent"); }
            @Override public String schema() {
                return "{\\"type\\":\\"object\\",\\"required\\":[\\"key\\"],\\"additionalProperties\\":false,"
                    + "\\"properties\\":{\\"key\\":{\\"type\\":\\"string\\"}}}";
            }
            """;

    private static final String IMPORTS = """
            package lent;
            import dev.dovetail.spi.*;
            import dev.dovetail.spi.plugin.*;
            import java.io.*;
            import java.time.Instant;
            import java.util.*;
            import java.util.function.Consumer;
            """;

    private static final String STATE = IMPORTS + """
            import dev.dovetail.spi.store.*;
            public final class State implements StateStoreProvider {
                %s
                @Override public StateStore open(Config config, Context context) {
                    return new Borrowed((StateStore) System.getProperties().get(config.text("key")));
                }
                record Borrowed(StateStore it) implements StateStore {
                    @Override public Optional<Entry> find(Key key) { return it.find(key); }
                    @Override public List<Optional<Entry>> findAll(List<Key> keys) { return it.findAll(keys); }
                    @Override public List<Entry> list(Range range, int limit) { return it.list(range, limit); }
                    @Override public Committed commit(CommitId id, List<Change> changes) { return it.commit(id, changes); }
                    @Override public void drop(Range range) { it.drop(range); }
                    @Override public void close() {}
                }
            }
            """.formatted(KEY);

    private static final String BLOBS = IMPORTS + """
            import dev.dovetail.spi.store.*;
            public final class Blobs implements BlobStoreProvider {
                %s
                @Override public BlobStore open(Config config, Context context) {
                    return new Borrowed((BlobStore) System.getProperties().get(config.text("key")));
                }
                record Borrowed(BlobStore it) implements BlobStore {
                    @Override public Digest put(Name tenant, InputStream source) throws IOException {
                        return it.put(tenant, source);
                    }
                    @Override public boolean copy(Name tenant, Digest digest, OutputStream target) throws IOException {
                        return it.copy(tenant, digest, target);
                    }
                    @Override public boolean delete(Name tenant, Digest digest, Instant since) throws IOException {
                        return it.delete(tenant, digest, since);
                    }
                    @Override public void scan(Name tenant, Consumer<Digest> visitor) throws IOException {
                        it.scan(tenant, visitor);
                    }
                    @Override public void close() {}
                }
            }
            """.formatted(KEY);

    private static final String COMMANDS = IMPORTS + """
            import dev.dovetail.spi.executor.*;
            public final class Commands implements ExecutorProvider {
                %s
                @Override public List<ExecutorProvider.Runtime> runtimes() {
                    return List.of(
                        new ExecutorProvider.Runtime("cmd", ".cmd", "main.main", Optional.empty()),
                        new ExecutorProvider.Runtime("absent", ".abs", "main.main", Optional.of("install \\"absent\\"")));
                }
                @Override public Trust trust() { return Trust.IN_PROCESS; }
                @Override public Set<Ability> abilities() { return Set.of(Ability.YIELDS, Ability.DURABLE, Ability.STREAM_IN); }
                @Override public String limitsSchema() {
                    return "{\\"type\\":\\"object\\",\\"additionalProperties\\":false,\\"properties\\":{"
                        + "\\"steps\\":{\\"type\\":\\"integer\\",\\"minimum\\":1,\\"maximum\\":1000,\\"default\\":10}}}";
                }
                @Override public Executor open(Config config, Context context) {
                    return new Borrowed((Executor) System.getProperties().get(config.text("key")));
                }
                record Borrowed(Executor it) implements Executor {
                    @Override public List<Problem> inspect(Launch launch) { return it.inspect(launch); }
                    @Override public Instance start(Launch launch) throws InterruptedException { return it.start(launch); }
                    @Override public void close() {}
                }
            }
            """.formatted(KEY);

    private static final String WORKERS = IMPORTS + """
            import dev.dovetail.spi.executor.*;
            public final class Workers implements ExecutorProvider {
                %s
                @Override public List<ExecutorProvider.Runtime> runtimes() {
                    return List.of(
                        new ExecutorProvider.Runtime("worker", ".cmd", "main.main", Optional.empty()));
                }
                @Override public Trust trust() { return Trust.WORKER; }
                @Override public Set<Ability> abilities() { return Set.of(Ability.CONCURRENT, Ability.DURABLE); }
                @Override public String limitsSchema() {
                    return "{\\"type\\":\\"object\\",\\"additionalProperties\\":false,\\"properties\\":{"
                        + "\\"steps\\":{\\"type\\":\\"integer\\",\\"minimum\\":1,\\"maximum\\":1000,\\"default\\":10}}}";
                }
                @Override public Executor open(Config config, Context context) {
                    return new Borrowed((Executor) System.getProperties().get(config.text("key")));
                }
                record Borrowed(Executor it) implements Executor {
                    @Override public List<Problem> inspect(Launch launch) { return it.inspect(launch); }
                    @Override public Instance start(Launch launch) throws InterruptedException { return it.start(launch); }
                    @Override public void close() {}
                }
            }
            """.formatted(KEY.replace("\"lent\"", "\"workers\""));

    private static final String SECRETS = IMPORTS + """
            import dev.dovetail.spi.secret.*;
            public final class Secrets implements SecretStoreProvider {
                %s
                @Override public SecretStore open(Config config, Context context) {
                    return new Borrowed((SecretStore) System.getProperties().get(config.text("key")));
                }
                record Borrowed(SecretStore it) implements SecretStore, WritableSecrets {
                    @Override public Optional<Secret> find(Name tenant, Name name, Optional<String> version) {
                        return it.find(tenant, name, version);
                    }
                    private WritableSecrets writable() { return (WritableSecrets) it; }
                    @Override public String put(Name tenant, Name name, String value, List<String> hosts) {
                        return writable().put(tenant, name, value, hosts);
                    }
                    @Override public boolean delete(Name tenant, Name name) { return writable().delete(tenant, name); }
                    @Override public List<Info> list(Name tenant) { return writable().list(tenant); }
                    @Override public void close() {}
                }
            }
            """.formatted(KEY);

    private Lent() {}

    /** Started plugins, of which there is one: it lends this store. To be closed by the caller. */
    public static Plugins plugins(Path folder, StateStore store) throws IOException, InterruptedException {
        return plugins(folder, Kind.STATE, lend(store));
    }

    /** The same with a store of blobs. */
    public static Plugins plugins(Path folder, BlobStore store) throws IOException, InterruptedException {
        return plugins(folder, Kind.BLOBS, lend(store));
    }

    /** The same with both, and with something that runs code. */
    static Plugins plugins(Path folder, StateStore state, BlobStore blobs, Executor executor)
            throws IOException, InterruptedException {
        return plugins(folder, Map.of(Kind.STATE, lend(state), Kind.BLOBS, lend(blobs), Kind.EXECUTOR, lend(executor)));
    }

    private static Plugins plugins(Path folder, Kind kind, String key) throws IOException, InterruptedException {
        return plugins(folder, Map.of(kind, key));
    }

    private static Plugins plugins(Path folder, Map<Kind, String> keys) throws IOException, InterruptedException {
        Path shipped = Files.createDirectories(folder.resolve("shipped"));
        SourceJar jar =
                SourceJar.of("lent", "1.0.0").provider("lent.State", STATE).provider("lent.Blobs", BLOBS);
        (keys.containsKey(Kind.EXECUTOR) ? jar.provider("lent.Commands", COMMANDS) : jar).in(shipped);
        Schemas schemas = new Schemas();
        Plugins plugins = new Plugins(
                new PluginSettings(
                        shipped,
                        folder.resolve("data"),
                        "0.1.0",
                        keys.entrySet().stream()
                                .map(each -> new SlotSetting(
                                        each.getKey(),
                                        Name.of("kept"),
                                        Name.of("lent"),
                                        Optional.empty(),
                                        schemas.object().put("key", each.getValue())))
                                .toList(),
                        List.of(),
                        false,
                        InstantSource.system(),
                        PluginSettings.Times.USUAL),
                new Configs(schemas)::check);
        plugins.start();
        return plugins;
    }

    public static SourceJar jar() {
        return SourceJar.of("lent", "1.0.0")
                .provider("lent.State", STATE)
                .provider("lent.Blobs", BLOBS)
                .provider("lent.Secrets", SECRETS)
                .provider("lent.Commands", COMMANDS)
                .provider("lent.Workers", WORKERS);
    }

    /** The key under which the plugin finds it. */
    public static String lend(StateStore store) {
        return put(store);
    }

    static String lend(BlobStore store) {
        return put(store);
    }

    public static String lend(SecretStore store) {
        return put(store);
    }

    static String lend(Executor executor) {
        return put(executor);
    }

    private static String put(Object service) {
        String key = "lent." + UUID.randomUUID();
        System.getProperties().put(key, service); // the one place that both class loaders see
        return key;
    }

    static void takeBack(String key) {
        System.getProperties().remove(key);
    }
}
