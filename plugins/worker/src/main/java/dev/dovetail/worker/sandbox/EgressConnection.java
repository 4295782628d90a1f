package dev.dovetail.worker.sandbox;

import dev.dovetail.worker.sandbox.EgressRules.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** One connection from a cell: a head, and then bytes in both directions until either side ends. */
final class EgressConnection implements AutoCloseable {
    private static final int MOST_HEAD = 32 << 10;
    private static final int PIECE = 32 << 10;
    private static final int MOST_PORT = 65_535;
    private static final int HTTP = 80;
    private static final int CONNECT_MILLIS = 10_000;

    private final SocketChannel client;
    private final EgressRules rules;
    private final long mostBytes;
    private final ThreadFactory threads;
    private final Optional<String> refusal;
    private SocketChannel target;
    private boolean closed;

    /** @param rest what came with the head and follows it */
    private record Head(List<String> lines, ByteBuffer rest) {}

    /** @param head what the target is to read first; empty where nothing but the code's own bytes is */
    private record Goal(String host, int port, String head) {}

    /** @param refusal why nothing will come of it */
    EgressConnection(
            SocketChannel client, EgressRules rules, long mostBytes, ThreadFactory threads, Optional<String> refusal) {
        this.client = client;
        this.rules = rules;
        this.mostBytes = mostBytes;
        this.threads = threads;
        this.refusal = refusal;
    }

    void run() {
        try {
            Head head = head();
            if (refusal.isPresent()) {
                answer(503, refusal.get());
                return;
            }
            Goal goal;
            try {
                goal = goal(head.lines);
                connect(goal);
            } catch (IllegalArgumentException e) {
                answer(400, "Expected CONNECT host:port, or a request for an http:// address: " + e.getMessage());
                return;
            } catch (Refused e) {
                answer(403, e.getMessage());
                return;
            } catch (UnknownHostException e) {
                answer(502, "There is no host " + e.getMessage());
                return;
            } catch (IOException e) {
                answer(502, "The host does not answer: " + e.getMessage());
                return;
            }
            if (goal.head.isEmpty()) {
                write(client, ByteBuffer.wrap("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            } else {
                write(target, ByteBuffer.wrap(goal.head.getBytes(StandardCharsets.ISO_8859_1)));
            }
            write(target, head.rest);
            pass();
        } catch (IOException e) {
            // one side went away: closing tells the other
        }
    }

    private Head head() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(MOST_HEAD);
        while (true) {
            String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                buffer.flip().position(end + 4);
                return new Head(List.of(text.substring(0, end).split("\r\n")), buffer);
            }
            if (!buffer.hasRemaining()) {
                answer(431, "Expected a head of at most " + MOST_HEAD + " bytes");
                throw new IOException("The head is too long");
            }
            if (client.read(buffer) < 0) {
                throw new IOException("The head has no end");
            }
        }
    }

    private static Goal goal(List<String> lines) {
        String[] words = lines.getFirst().split(" ");
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            throw new IllegalArgumentException("\"" + lines.getFirst() + "\"");
        }
        if (words[0].equals("CONNECT")) {
            int colon = words[1].lastIndexOf(':');
            if (colon < 1 || !words[1].substring(colon + 1).matches("\\d{1,5}")) {
                throw new IllegalArgumentException("\"" + words[1] + "\"");
            }
            return new Goal(host(words[1].substring(0, colon)), port(words[1].substring(colon + 1)), "");
        }
        URI uri = URI.create(words[1]);
        if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("\"" + words[1] + "\"");
        }
        int port = uri.getPort() < 0 ? HTTP : port(Integer.toString(uri.getPort()));
        return new Goal(host(uri.getHost()), port, rewritten(words[0], uri, words[2], lines));
    }

    private static String host(String text) {
        String host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!host.matches("[A-Za-z0-9._:-]+")) {
            throw new IllegalArgumentException("\"" + text + "\" is no host");
        }
        return host;
    }

    private static int port(String text) {
        int port = Integer.parseInt(text);
        if (port < 1 || port > MOST_PORT) {
            throw new IllegalArgumentException(text + " is no port");
        }
        return port;
    }

    /** As the target expects it. The host is that of the address, which was judged, whatever the header says. */
    private static String rewritten(String method, URI uri, String version, List<String> lines) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        List<String> head = new ArrayList<>(List.of(method + " " + path + query + " " + version));
        head.add("Host: " + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
        for (String line : lines.subList(1, lines.size())) {
            String name = line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
            if (!List.of("host", "connection", "keep-alive").contains(name) && !name.startsWith("proxy-")) {
                head.add(line);
            }
        }
        head.add("Connection: close"); // the next request may be for another host, and is judged anew
        return String.join("\r\n", head) + "\r\n\r\n";
    }

    private void connect(Goal goal) throws IOException, Refused {
        InetAddress address = rules.judge(goal.host, goal.port);
        SocketChannel channel = SocketChannel.open();
        synchronized (this) {
            target = channel;
            if (closed) {
                channel.close();
            }
        }
        channel.socket().connect(new InetSocketAddress(address, goal.port), CONNECT_MILLIS);
    }

    private void answer(int status, String why) throws IOException {
        write(client, ByteBuffer.wrap(EgressProxy.answer(status, why)));
        client.shutdownOutput();
        // closing before all was read would take the answer away again
        ByteBuffer rest = ByteBuffer.allocate(PIECE);
        for (long left = mostBytes; left > 0 && client.read(rest) >= 0; left -= PIECE) {
            rest.clear();
        }
    }

    private void pass() throws IOException {
        Thread back = threads.newThread(() -> {
            try {
                pass(target, client);
            } catch (IOException e) {
                close(); // so that the other direction ends too
            }
        });
        back.start();
        pass(client, target);
        Waiting.uninterrupted(back::join);
    }

    private void pass(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        long passed = 0;
        while (from.read(piece) >= 0) {
            passed += piece.position();
            if (passed > mostBytes) {
                throw new IOException("More than " + mostBytes + " bytes");
            }
            write(to, piece.flip());
            piece.clear();
        }
        to.shutdownOutput();
    }

    private static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    @Override
    public void close() {
        try (client) {
            synchronized (this) {
                closed = true;
                if (target != null) {
                    target.close();
                }
            }
        } catch (IOException e) {
            // it is closed all the same
        }
    }
}
