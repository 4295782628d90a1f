package dev.dovetail.testkit.secret;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.plugin.SecretStoreProvider;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A store of files that something else writes keeps the contract; one that finds nothing, or cannot be asked, does not. */
final class ReadSecretsTest implements SecretStoreContract {
    @Override
    public SecretStoreProvider provider() {
        return new FilesProvider();
    }

    @Override
    public void elsewhere(Context context, Name tenant, Name name, String value) throws IOException {
        Path folder = Files.createDirectories(context.home().resolve(tenant.text()));
        Files.writeString(folder.resolve(name.text()), value);
    }

    private record FilesProvider() implements SecretStoreProvider {
        @Override
        public Name type() {
            return Name.of("files");
        }

        @Override
        public SecretStore open(Config config, Context context) {
            return new Read(context.home());
        }
    }

    private static final class Read implements SecretStore {
        private final Path home;
        private volatile boolean closed;

        Read(Path home) {
            this.home = home;
        }

        @Override
        public Optional<Secret> find(Name tenant, Name name, Optional<String> version) {
            if (closed) {
                throw new PluginException(PluginException.Kind.UNAVAILABLE, "The store is closed");
            }
            Path file = home.resolve(tenant.text()).resolve(name.text());
            try {
                return Files.exists(file) && version.orElse("only").equals("only")
                        ? Optional.of(new Secret(Files.readString(file), "only", Optional.empty(), List.of()))
                        : Optional.empty();
            } catch (IOException e) {
                throw new PluginException(PluginException.Kind.UNAVAILABLE, file + " cannot be read", e);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** What is said of a store that this contract is asked about. */
    private static String said(SecretStoreContract contract) throws Exception {
        try (Workshop workshop = new Workshop();
                SecretStore store =
                        contract.provider().open(Settings.of("{\"type\": \"object\"}", Map.of()), workshop)) {
            return assertThrows(AssertionError.class, () -> contract.whatIsOnlyReadIsFound(store, workshop))
                    .getMessage();
        }
    }

    @Test
    void whoDoesNotSayHowSecretsComeThereIsAsked() throws Exception {
        String said = said(FilesProvider::new);
        assertTrue(said.contains("override elsewhere"), said);
    }

    @Test
    void oneThatFindsNothingFails() throws Exception {
        String said = said(new SecretStoreContract() {
            @Override
            public SecretStoreProvider provider() {
                return new FilesProvider();
            }

            @Override
            public void elsewhere(Context context, Name tenant, Name name, String value) {}
        });
        assertTrue(said.contains("does not find"), said);
    }
}
