package dev.dovetail.spi.module;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;

/**
 * Functions written in Java inside a plugin, called like any other: same pipeline, contract, rights and journal.
 * Thread-safe. For an operator's own code: it runs inside the kernel's process. Rules: {@code docs/spi/module.md}.
 */
public interface NativeModule extends AutoCloseable {
    /** What is not declared here is refused. The same at every call. */
    List<NativeFunction> functions();

    /**
     * Runs a function and waits for its outcome. Called on a platform thread of the kernel's, several at once. A function that
     * fails is an outcome; what is thrown is told as one, a {@link Error} too. Interrupted - the deadline passed, the caller
     * left - it returns {@link Outcome.Stopped} within a second; told to suspend, it unwinds and returns
     * {@link Outcome.Suspended}.
     *
     * @param function one of {@link #functions}
     * @param invocation its input fits {@code params}
     * @param host throws {@link SecurityException} when it is asked for what the function does not declare
     */
    Outcome call(Name function, Invocation invocation, Host host);

    @Override
    void close();

    /**
     * A function of a module.
     *
     * @param contract a JSON object with {@code params}, {@code returns} and {@code errors}
     * @param capabilities what it asks of the host, each as {@link HostCall#capability} calls it; {@code http:HOST} or
     *     {@code http:HOST:PORT} in place of {@code http} for requests to that place only. What it tells the host needs none.
     */
    record NativeFunction(Name name, String contract, Set<String> capabilities) {
        public NativeFunction {
            capabilities = Set.copyOf(capabilities);
        }

        /** Whether it may ask this of the host. */
        public boolean declares(HostCall call) {
            return capabilities.contains(call.capability())
                    || call instanceof HostCall.Http http && declaresPlace(http.uri());
        }

        private boolean declaresPlace(String uri) {
            try {
                URI to = new URI(uri);
                String place = "http:" + to.getHost();
                int usual = "https".equalsIgnoreCase(to.getScheme()) ? 443 : 80;
                int port = to.getPort() < 0 ? usual : to.getPort();
                return capabilities.contains(place + ":" + port) || port == usual && capabilities.contains(place);
            } catch (URISyntaxException e) {
                return false;
            }
        }
    }
}
