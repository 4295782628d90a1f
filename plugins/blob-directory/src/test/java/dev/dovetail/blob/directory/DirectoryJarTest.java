package dev.dovetail.blob.directory;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.io.ByteArrayInputStream;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
final class DirectoryJarTest implements PluginJarContract {
    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        ((BlobStore) service).put(Name.of("tenant"), new ByteArrayInputStream(new byte[] {1}));
    }
}
