package dev.dovetail.testkit.store;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.BlobStoreProvider;
import org.junit.jupiter.api.Tag;

/** The blob store in memory keeps the rules. */
@Tag("ST-03")
final class InMemoryBlobStoreTest implements BlobStoreContract {
    private final InMemoryBlobStoreProvider provider = new InMemoryBlobStoreProvider();

    @Override
    public BlobStoreProvider provider() {
        return provider;
    }

    @Override
    public void damage(Context context, Name tenant, Digest digest) {
        provider.damage(tenant, digest);
    }
}
