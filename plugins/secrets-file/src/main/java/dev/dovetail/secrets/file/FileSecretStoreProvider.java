package dev.dovetail.secrets.file;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.SecretStoreProvider;
import dev.dovetail.spi.secret.SecretStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Opens secret stores that keep their secrets in a file. Several may share one. */
public final class FileSecretStoreProvider implements SecretStoreProvider {
    @Override
    public Name type() {
        return Name.of("file");
    }

    @Override
    public String schema() {
        try (InputStream schema = FileSecretStoreProvider.class.getResourceAsStream("schema.json")) {
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SecretStore open(Config config, Context context) {
        Path home = context.home().toAbsolutePath().normalize();
        String key = config.text("key-file");
        Path keyFile = key.isEmpty() ? home.resolveSibling(home.getFileName() + ".key") : home.resolve(key);
        return new FileSecretStore(
                home.resolve(config.text("file")), KeyFile.open(keyFile), (int) config.number("versions"));
    }
}
