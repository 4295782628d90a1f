package dev.dovetail.distribution;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Listeners of this machine: one that functions may reach, one that they may not, which keeps who came, and the kernel's. */
final class Ports implements AutoCloseable {
    /** Where functions may reach what listens there. */
    static final String ALLOWED = "127.0.0.2";

    private static final List<String> SPELLINGS = List.of(
            "127.0.0.1",
            "localhost",
            "LOCALHOST.",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.0.0.3",
            "0.0.0.0",
            "0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "user@127.0.0.1",
            ALLOWED + "@127.0.0.1");

    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> reached = new CopyOnWriteArrayList<>();
    private final HttpServer open;
    private final HttpServer closed;
    private final URI kernel;

    Ports(URI kernel) throws IOException {
        this.kernel = kernel;
        open = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(ALLOWED), 0), 0);
        open.setExecutor(threads);
        open.createContext("/", exchange -> answer(exchange, 200));
        open.createContext("/silence", exchange -> {
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        open.createContext("/aside", exchange -> {
            exchange.getResponseHeaders()
                    .add("Location", exchange.getRequestURI().getQuery());
            answer(exchange, 302);
        });
        open.start();
        // on all addresses, so that whoever finds a way to the machine comes here
        closed = HttpServer.create(new InetSocketAddress(0), 0);
        closed.setExecutor(threads);
        closed.createContext("/", exchange -> {
            reached.add(exchange.getRemoteAddress() + " " + exchange.getRequestURI());
            answer(exchange, 200);
        });
        closed.start();
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        byte[] body = exchange.getRequestURI().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** An address that functions may reach: it answers what was asked for, or, at {@code /silence}, nothing. */
    String allowed(String path) {
        return "http://" + ALLOWED + ":" + open.getAddress().getPort() + path;
    }

    /** Addresses of what functions may not reach. */
    List<String> forbidden() {
        List<String> all = new ArrayList<>(List.of(
                "file:///etc/passwd",
                "jar:file:///etc/passwd!/",
                "ftp://127.0.0.1/",
                "http://169.254.169.254/latest/meta-data/",
                "http://10.0.0.1/",
                "http://[fe80::1]/"));
        for (String host : SPELLINGS) {
            all.add("http://" + host + ":" + kernel.getPort() + "/health");
            all.add("http://" + host + ":" + closed.getAddress().getPort() + "/");
        }
        for (int port : List.of(kernel.getPort(), closed.getAddress().getPort())) {
            all.add(allowed("/aside?http://127.0.0.1:" + port + "/health"));
        }
        return all;
    }

    /** Who came where nobody may. */
    List<String> reached() {
        return reached;
    }

    @Override
    public void close() {
        closing.countDown();
        open.stop(0);
        closed.stop(0);
        threads.close();
    }
}
