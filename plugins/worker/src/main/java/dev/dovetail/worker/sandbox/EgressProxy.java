package dev.dovetail.worker.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/**
 * The only way from a cell to the network: an HTTP proxy on a Unix socket, of which the code is told by the variable
 * {@link #VARIABLE}. It takes {@code CONNECT host:port} and requests for {@code http://} addresses, one on each connection;
 * what is refused is answered with 403 and a sentence.
 *
 * <p>Clients that know proxies on TCP only need a forwarder inside of the cell, from a port of its own loopback to the socket:
 * bytes are passed on as they are, in both directions. The worker that runs the function starts it and sets
 * {@code HTTP_PROXY} and {@code HTTPS_PROXY}.
 */
final class EgressProxy implements AutoCloseable {
    /** Holds the path of the socket. */
    static final String VARIABLE = "DOVETAIL_EGRESS";

    /** @param bytes in each direction of a connection */
    record Limits(int connections, long bytes) {}

    private final Path socket;
    private final EgressRules rules;
    private final Limits limits;
    private final ThreadFactory threads;
    private final ServerSocketChannel server;
    private final Set<EgressConnection> connections = ConcurrentHashMap.newKeySet();

    private EgressProxy(
            Path socket, EgressRules rules, Limits limits, ThreadFactory threads, ServerSocketChannel server) {
        this.socket = socket;
        this.rules = rules;
        this.limits = limits;
        this.threads = threads;
        this.server = server;
    }

    static EgressProxy open(Path socket, EgressRules rules, Limits limits, ThreadFactory threads) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        EgressProxy proxy = new EgressProxy(socket, rules, limits, threads, server);
        threads.newThread(proxy::accept).start();
        return proxy;
    }

    Path socket() {
        return socket;
    }

    private void accept() {
        try {
            while (true) {
                serve(server.accept());
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** Whoever has too many open is told so, unless there are too many of those. */
    private void serve(SocketChannel client) throws IOException {
        int open = connections.size();
        if (open >= 2 * limits.connections()) {
            client.close();
            return;
        }
        Optional<String> refusal = open < limits.connections()
                ? Optional.empty()
                : Optional.of("The function has " + open + " connections open, and may have " + limits.connections());
        EgressConnection connection = new EgressConnection(client, rules, limits.bytes(), threads, refusal);
        connections.add(connection);
        threads.newThread(() -> {
                    try (connection) {
                        connection.run();
                    } finally {
                        connections.remove(connection);
                    }
                })
                .start();
        if (!server.isOpen()) {
            connection.close(); // it was not there yet when the others were closed
        }
    }

    static byte[] answer(int status, String why) {
        byte[] body = (why + "\n").getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " " + (status == 403 ? "Forbidden" : "Refused")
                + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        return (head + why + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            server.close();
            connections.forEach(EgressConnection::close);
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
