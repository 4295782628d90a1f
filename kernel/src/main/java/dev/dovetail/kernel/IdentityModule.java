package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.identity.Identities;
import dev.dovetail.kernel.identity.Rights;
import dev.dovetail.spi.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Who calls. */
final class IdentityModule extends AbstractModule {
    private final UnaryOperator<Rights> rights;

    /** @param rights what stands between the engine and what it asks of rights */
    IdentityModule(UnaryOperator<Rights> rights) {
        this.rights = rights;
    }

    @Provides
    @Singleton
    Rights rights(Identities identities) {
        return rights.apply(identities);
    }

    @Provides
    @Singleton
    Identities identities(Configuration configuration) {
        Config http = configuration.values().at("http");
        if (!http.has("token") && !isThisMachine(http.text("host"))) {
            throw new IllegalArgumentException("Others can reach \"" + http.text("host")
                    + "\" (http.host): give a token on purpose, by --token, DOVETAIL_TOKEN or http.token, or leave the host at"
                    + " 127.0.0.1");
        }
        try {
            return Identities.open(
                    http.has("token") ? Optional.of(http.text("token")) : Optional.empty(), configuration.data());
        } catch (IOException e) {
            throw new UncheckedIOException("The token in " + configuration.data() + " cannot be read or made", e);
        }
    }

    private static boolean isThisMachine(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // told when it is listened on
        }
    }
}
