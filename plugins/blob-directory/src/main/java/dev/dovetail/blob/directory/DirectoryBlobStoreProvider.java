package dev.dovetail.blob.directory;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.BlobStoreProvider;
import dev.dovetail.spi.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Opens blob stores that keep each blob in a file. Several may share a directory. */
public final class DirectoryBlobStoreProvider implements BlobStoreProvider {
    @Override
    public Name type() {
        return Name.of("directory");
    }

    @Override
    public String schema() {
        try (InputStream schema = DirectoryBlobStoreProvider.class.getResourceAsStream("schema.json")) {
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public BlobStore open(Config config, Context context) {
        BlobFolder folder = BlobFolder.open(context.home().resolve(config.text("directory")));
        return new DirectoryBlobStore(folder, context.clock());
    }
}
