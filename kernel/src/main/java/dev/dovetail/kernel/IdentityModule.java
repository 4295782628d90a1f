package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.identity.Identities;
import dev.dovetail.spi.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Who calls. */
final class IdentityModule extends AbstractModule {
    @Provides
    @Singleton
    Identities identities(Configuration configuration) {
        Config http = configuration.values().at("http");
        try {
            return Identities.open(
                    http.has("token") ? Optional.of(http.text("token")) : Optional.empty(), configuration.data());
        } catch (IOException e) {
            throw new UncheckedIOException("The token in " + configuration.data() + " cannot be read or made", e);
        }
    }
}
