package dev.dovetail.cli;

import dev.dovetail.kernel.Kernel;
import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.config.Invalid;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.log.Exhaustion;
import dev.dovetail.spi.Config;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The kernel, started in this process. */
final class KernelServer implements Server {
    private static final List<String> EVERYWHERE = List.of("0.0.0.0", "::", "[::]");

    private final Kernel kernel;
    private final URI address;
    private final AtomicBoolean closed = new AtomicBoolean();

    private KernelServer(Kernel kernel, URI address) {
        this.kernel = kernel;
        this.address = address;
    }

    static Server start(Wish wish) {
        Exhaustion.watch();
        try {
            Configuration configuration = new Configs(new Schemas())
                    .read(wish.home(), wish.data(), wish.dev(), wish.config(), System.getenv(), wish.flags());
            Kernel kernel = Kernel.start(configuration);
            Config http = configuration.values().at("http");
            return new KernelServer(kernel, address(http, kernel.port()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("Interrupted while starting", e);
        } catch (Invalid e) {
            throw new CannotStart(e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new CannotStart(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    private static URI address(Config http, int port) {
        String host = http.text("host");
        String reachable = EVERYWHERE.contains(host) ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
        return URI.create((http.has("tls") ? "https" : "http") + "://" + reachable + ":" + port);
    }

    @Override
    public URI address() {
        return address;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            kernel.close();
        }
    }
}
