package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.plugin.BlobStoreProvider;
import dev.dovetail.spi.plugin.DatabaseProvider;
import dev.dovetail.spi.plugin.DeploymentStrategyProvider;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.spi.plugin.NativeModuleProvider;
import dev.dovetail.spi.plugin.Provider;
import dev.dovetail.spi.plugin.SecretStoreProvider;
import dev.dovetail.spi.plugin.StateStoreProvider;
import dev.dovetail.spi.plugin.TriggerProvider;

/** The kinds of service that there are slots for. */
public enum Kind {
    STATE("state"),
    BLOBS("blobs"),
    SECRETS("secrets"),
    DATABASE("database"),
    EXECUTOR("executor"),
    TRIGGER("trigger"),
    STRATEGY("strategy");

    private final String word;

    Kind(String word) {
        this.word = word;
    }

    /** As people read it. */
    public String word() {
        return word;
    }

    /** Whether there is one slot of this kind only, named after it, and none but the configured provider is opened. */
    boolean single() {
        return this == STATE || this == BLOBS;
    }

    static Kind of(Provider<?> provider) {
        return switch (provider) {
            // a module serves as the executor of a runtime of its own
            case ExecutorProvider _, NativeModuleProvider _ -> EXECUTOR;
            case TriggerProvider _ -> TRIGGER;
            case StateStoreProvider _ -> STATE;
            case BlobStoreProvider _ -> BLOBS;
            case SecretStoreProvider _ -> SECRETS;
            case DatabaseProvider _ -> DATABASE;
            case DeploymentStrategyProvider _ -> STRATEGY;
        };
    }
}
