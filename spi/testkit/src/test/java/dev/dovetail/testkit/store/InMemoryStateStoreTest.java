package dev.dovetail.testkit.store;

import dev.dovetail.spi.plugin.StateStoreProvider;
import org.junit.jupiter.api.Tag;

/** The store in memory keeps the rules. */
@Tag("ST-03")
final class InMemoryStateStoreTest implements StateStoreContract {
    private final InMemoryStateStoreProvider provider = new InMemoryStateStoreProvider();

    @Override
    public StateStoreProvider provider() {
        return provider;
    }
}
