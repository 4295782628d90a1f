package dev.dovetail.storage.h2;

import dev.dovetail.spi.plugin.StateStoreProvider;
import dev.dovetail.testkit.store.StateStoreContract;
import org.junit.jupiter.api.Tag;

/** H2 behind its log keeps the rules for state stores. */
@Tag("ST-03")
final class H2StateStoreTest implements StateStoreContract {
    @Override
    public StateStoreProvider provider() {
        return new H2StateStoreProvider();
    }
}
