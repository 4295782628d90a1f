package dev.dovetail.kernel.http;

import io.helidon.common.socket.SocketOptions;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/**
 * The connections that are open, by their clients' addresses. One on which no whole head of a request has come for a while -
 * nothing, or a piece of one - is closed: the web server counts only those that are silent, and looks seldom.
 */
final class Connections implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Connections.class.getName());
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);
    private static final long BUSY = Long.MAX_VALUE;

    private final long patience;
    private final Duration look;
    private final Map<SocketAddress, Connection> open = new ConcurrentHashMap<>();
    private final Thread sweeping;

    private static final class Connection {
        private final SocketChannel channel;
        private volatile long waitingSince;

        Connection(SocketChannel channel) {
            this.channel = channel;
            this.waitingSince = System.nanoTime();
        }
    }

    /**
     * @param patience how long a connection may have no request under way
     * @param threads makes virtual threads
     */
    Connections(Duration patience, ThreadFactory threads) {
        this.sweeping = threads.newThread(this::sweep);
        this.patience = patience.toNanos();
        Duration part = patience.dividedBy(4);
        this.look = part.compareTo(LONGEST_LOOK) < 0 ? part : LONGEST_LOOK;
    }

    void start() {
        sweeping.start();
    }

    /** These options, and each connection that they are set for is known from then on. */
    SocketOptions watched(SocketOptions options) {
        return new Watched(options, this);
    }

    private void accepted(SocketChannel channel) {
        try {
            open.put(channel.getRemoteAddress(), new Connection(channel));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "A client was gone before it was served: {0}", e.toString());
        }
    }

    /** A request of this client has come. */
    void begun(SocketAddress client) {
        Optional.ofNullable(open.get(client)).ifPresent(connection -> connection.waitingSince = BUSY);
    }

    /** It is answered; now the next one is waited for. */
    void ended(SocketAddress client) {
        Optional.ofNullable(open.get(client)).ifPresent(connection -> connection.waitingSince = System.nanoTime());
    }

    private void sweep() {
        try {
            while (true) {
                Thread.sleep(look);
                long now = System.nanoTime();
                open.values().removeIf(each -> !each.channel.isOpen() || isOver(each, now));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOver(Connection connection, long now) {
        long since = connection.waitingSince;
        if (since == BUSY || now - since < patience) {
            return false;
        }
        try {
            connection.channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "A silent connection is gone already: {0}", e.toString());
        }
        return true;
    }

    @Override
    public void close() {
        sweeping.interrupt();
    }

    /** Options that tell of each socket they are set for. */
    private record Watched(SocketOptions options, Connections by) implements SocketOptions {
        @Override
        public void configureSocket(SocketChannel channel) {
            options.configureSocket(channel);
            by.accepted(channel);
        }

        @Override
        public Map<java.net.SocketOption<?>, Object> socketOptions() {
            return options.socketOptions();
        }

        @Override
        public Duration connectTimeout() {
            return options.connectTimeout();
        }

        @Override
        public Duration readTimeout() {
            return options.readTimeout();
        }

        @Override
        public Optional<Integer> socketReceiveBufferSize() {
            return options.socketReceiveBufferSize();
        }

        @Override
        public Optional<Integer> socketSendBufferSize() {
            return options.socketSendBufferSize();
        }

        @Override
        public boolean socketReuseAddress() {
            return options.socketReuseAddress();
        }

        @Override
        public boolean socketKeepAlive() {
            return options.socketKeepAlive();
        }

        @Override
        public boolean tcpNoDelay() {
            return options.tcpNoDelay();
        }
    }
}
