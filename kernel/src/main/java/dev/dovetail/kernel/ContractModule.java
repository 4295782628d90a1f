package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.contract.Contracts;

/** What functions promise. */
final class ContractModule extends AbstractModule {
    @Provides
    @Singleton
    Contracts contracts() {
        return new Contracts();
    }
}
