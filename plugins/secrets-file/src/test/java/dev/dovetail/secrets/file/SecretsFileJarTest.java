package dev.dovetail.secrets.file;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.secret.WritableSecrets;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.util.List;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
final class SecretsFileJarTest implements PluginJarContract {
    @Override
    public void use(Name type, AutoCloseable service) {
        ((WritableSecrets) service).put(Name.of("tenant"), Name.of("key"), "value", List.of());
    }
}
