package dev.dovetail.kernel.http;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntFunction;

/**
 * The socket that requests come in by. The web server gives its socket up for good at the first failure of the machine's, as
 * when there is no file descriptor left for a moment, and tells nobody; so it is looked after here, and opened anew.
 */
final class Listening implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Listening.class.getName());
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final IntFunction<WebServer> make;
    private final InetAddress address;
    private final Thread looking;
    private volatile WebServer server;
    private volatile int port;
    private volatile boolean closed;

    /**
     * @param make a server for a port, not started
     * @param threads makes virtual threads
     */
    Listening(IntFunction<WebServer> make, InetAddress address, int port, ThreadFactory threads) {
        this.looking = threads.newThread(this::look);
        this.make = make;
        this.address = address;
        this.port = port;
        this.server = make.apply(port);
    }

    /**
     * Begins to serve, and answers the port.
     *
     * @throws IllegalStateException if the address cannot be listened on
     */
    int start() {
        try {
            tryIt(); // the web server would tell the same in two stack traces
        } catch (IOException e) {
            throw notPossible(" (" + e.getMessage() + ")");
        }
        server.start();
        if (!serves(server)) { // the web server tells its log only
            throw notPossible("");
        }
        port = server.port();
        looking.start();
        return port;
    }

    int port() {
        return port;
    }

    private void tryIt() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open()) {
            socket.bind(new InetSocketAddress(address, port));
        }
    }

    private IllegalStateException notPossible(String why) {
        return new IllegalStateException("Cannot listen on " + address.getHostAddress() + " port " + port + why
                + ": it is taken, or not for this user; --port 0 (http.port) picks a free one");
    }

    private static boolean serves(WebServer server) {
        return server.isRunning() && server.port() > 0;
    }

    private void look() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                if (isLost()) {
                    again();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As long as the server listens, nobody else can. */
    private boolean isLost() {
        try {
            tryIt();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private synchronized void again() {
        if (closed) {
            return;
        }
        LOG.log(Level.ERROR, "The socket at port {0} is lost; it is opened anew", Integer.toString(port));
        try {
            WebServer next = make.apply(port);
            next.start();
            if (serves(next)) {
                // the lost one is let go as it is: what is under way on its connections ends, and stopping it may hang
                server = next;
                LOG.log(Level.INFO, "Port {0} is served again", Integer.toString(port));
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "Port {0} cannot be served yet: {1}", Integer.toString(port), e.toString());
        }
    }

    /** Takes no new requests, waits for those in flight, and ends. */
    @Override
    public void close() {
        looking.interrupt();
        synchronized (this) {
            closed = true;
        }
        server.stop();
    }
}
