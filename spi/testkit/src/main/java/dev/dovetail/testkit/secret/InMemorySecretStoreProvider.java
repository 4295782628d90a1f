package dev.dovetail.testkit.secret;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.plugin.SecretStoreProvider;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.spi.secret.WritableSecrets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens secret stores in memory; those of one provider share what was put, as if it were their disk. */
public final class InMemorySecretStoreProvider implements SecretStoreProvider {
    private final Map<String, List<Secret>> memory = new ConcurrentHashMap<>();
    private final AtomicInteger versions = new AtomicInteger();

    @Override
    public Name type() {
        return Name.of("memory");
    }

    @Override
    public SecretStore open(Config config, Context context) {
        return store();
    }

    /** A store on this memory, for tests that need no provider. */
    public SecretStore store() {
        return new InMemory();
    }

    private final class InMemory implements SecretStore, WritableSecrets {
        private volatile boolean closed;

        private String key(Name tenant, Name name) {
            if (closed) {
                throw new PluginException(Kind.UNAVAILABLE, "The secret store is closed");
            }
            return tenant + "/" + name;
        }

        @Override
        public Optional<Secret> find(Name tenant, Name name, Optional<String> version) {
            return memory.getOrDefault(key(tenant, name), List.of()).stream()
                    .filter(secret -> version.isEmpty() || version.get().equals(secret.version()))
                    .reduce((older, newer) -> newer);
        }

        @Override
        public String put(Name tenant, Name name, String value, List<String> allowedHosts) {
            String version = String.valueOf(versions.incrementAndGet());
            memory.compute(key(tenant, name), (any, before) -> {
                List<Secret> after = new ArrayList<>(before == null ? List.of() : before);
                after.add(new Secret(value, version, Optional.empty(), allowedHosts));
                after.sort(Comparator.comparingInt(secret -> Integer.parseInt(secret.version())));
                return after;
            });
            return version;
        }

        @Override
        public boolean delete(Name tenant, Name name) {
            return memory.remove(key(tenant, name)) != null;
        }

        @Override
        public List<Info> list(Name tenant) {
            String prefix = key(tenant, Name.of("x")).replaceAll("x$", "");
            return memory.entrySet().stream()
                    .filter(each -> each.getKey().startsWith(prefix))
                    .map(each -> new Info(
                            Name.of(each.getKey().substring(prefix.length())),
                            each.getValue().getLast().version(),
                            each.getValue().getLast().allowedHosts()))
                    .sorted(Comparator.comparing(info -> info.name().text()))
                    .toList();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
