package dev.dovetail.testkit.secret;

import dev.dovetail.spi.plugin.SecretStoreProvider;

/** The store in memory keeps the rules for secret stores. */
final class InMemorySecretStoreTest implements SecretStoreContract {
    private final SecretStoreProvider provider = new InMemorySecretStoreProvider();

    @Override
    public SecretStoreProvider provider() {
        return provider;
    }
}
