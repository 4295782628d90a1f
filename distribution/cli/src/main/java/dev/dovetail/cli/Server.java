package dev.dovetail.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A server that runs in this process. Thread-safe. */
interface Server extends AutoCloseable {
    /** Where it serves. */
    URI address();

    /** Stops taking requests, lets those in flight finish, and ends. Closing twice does nothing. */
    @Override
    void close();

    /** Starts servers. */
    @FunctionalInterface
    interface Starter {
        /**
         * Starts a server and returns once it serves.
         *
         * @throws CannotStart in words for the operator
         */
        Server start(Wish wish);
    }

    /**
     * What server is wanted.
     *
     * @param home where the product is installed
     * @param data where the server keeps everything
     * @param config the configuration file, if not the one in the data folder
     * @param dev whether isolation is loosened, for a developer's own machine
     * @param flags settings that win over file and environment, by path, such as {@code http.port}
     */
    record Wish(Path home, Path data, Optional<Path> config, boolean dev, Map<String, String> flags) {
        public Wish {
            flags = Map.copyOf(flags);
        }
    }

    /** No server can be started, and why. */
    final class CannotStart extends RuntimeException {
        private static final long serialVersionUID = 1;

        CannotStart(String message) {
            super(message);
        }

        CannotStart(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
