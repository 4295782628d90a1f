package dev.dovetail.testkit.store;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.BlobStoreProvider;
import dev.dovetail.spi.store.BlobStore;

/** Opens blob stores in memory; those of one provider share what was put, as if it were their disk. */
public final class InMemoryBlobStoreProvider implements BlobStoreProvider {
    private final BlobMemory memory = new BlobMemory();

    @Override
    public Name type() {
        return Name.of("memory");
    }

    @Override
    public BlobStore open(Config config, Context context) {
        return new InMemoryBlobStore(memory, context.clock());
    }

    /** Changes a bit of a stored blob, as a bad disk would. */
    public void damage(Name tenant, Digest digest) {
        memory.damage(tenant, digest);
    }
}
