package dev.dovetail.executor.custom.lambda;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The server's side of one HTTP/1.1 connection: requests in, answers out, in turn. For one thread. */
final class HttpConnection implements AutoCloseable {
    private static final int LONGEST_LINE = 1 << 16;
    private static final int MOST_HEADERS = 100;
    private static final int PIECE = 1 << 16;

    private final ByteChannel channel;
    private final int keep;
    private final ByteBuffer in = ByteBuffer.allocate(PIECE).flip();
    private boolean last;

    /** @param keep how many bytes of a body are kept; what is more is read and let go */
    HttpConnection(ByteChannel channel, int keep) {
        this.channel = channel;
        this.keep = keep;
    }

    /** What is no HTTP/1.1, in words that say what was expected. */
    static final class BadRequest extends Exception {
        private static final long serialVersionUID = 1;

        BadRequest(String message) {
            super(message);
        }
    }

    /** The next request; empty once the client has said that there is none. */
    Optional<HttpRequest> next() throws IOException, BadRequest {
        if (last) {
            return Optional.empty();
        }
        Optional<String> first = firstLine();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        String[] words = first.get().split(" ");
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            throw new BadRequest("The first line is \"" + first.get() + "\"; expected a method, a path and HTTP/1.1");
        }
        Map<String, String> headers = new HashMap<>();
        fields(headers);
        String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        last = connection.contains("close") || words[2].equals("HTTP/1.0") && !connection.contains("keep-alive");
        if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            write(ByteBuffer.wrap("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        }
        Body body = new Body();
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            chunks(body);
            fields(headers);
        } else {
            body.take(number(headers.getOrDefault("content-length", "0"), 10));
        }
        return Optional.of(new HttpRequest(words[0], words[1], headers, body.kept.toByteArray(), body.length));
    }

    private Optional<String> firstLine() throws IOException, BadRequest {
        try {
            String line = line();
            return Optional.of(line.isEmpty() ? line() : line);
        } catch (EOFException e) {
            return Optional.empty();
        }
    }

    private void fields(Map<String, String> headers) throws IOException, BadRequest {
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() == MOST_HEADERS) {
                throw new BadRequest("Expected at most " + MOST_HEADERS + " headers of a name, a colon and a value");
            }
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (one, other) -> one + ", " + other);
        }
    }

    private void chunks(Body body) throws IOException, BadRequest {
        while (true) {
            String line = line();
            int semicolon = line.indexOf(';');
            long size = number((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
            if (size == 0) {
                return;
            }
            body.take(size);
            if (!line().isEmpty()) {
                throw new BadRequest("A chunk is longer than it said");
            }
        }
    }

    private static long number(String digits, int base) throws BadRequest {
        try {
            long number = Long.parseLong(digits, base);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new BadRequest("\"" + digits + "\" is not a number of bytes");
    }

    private final class Body {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private long length;

        void take(long bytes) throws IOException {
            for (long left = bytes; left > 0; ) {
                fill();
                int part = (int) Math.min(left, in.remaining());
                int wanted = Math.min(part, keep - kept.size());
                kept.write(in.array(), in.position(), wanted);
                in.position(in.position() + part);
                left -= part;
                length += part;
            }
        }
    }

    private String line() throws IOException, BadRequest {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            fill();
            byte each = in.get();
            if (each == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (line.size() == LONGEST_LINE) {
                throw new BadRequest("A line has more than " + LONGEST_LINE + " bytes");
            }
            line.write(each);
        }
    }

    /** Waits for bytes if there are none. */
    private void fill() throws IOException {
        if (!in.hasRemaining()) {
            in.clear();
            int read = channel.read(in);
            in.flip();
            if (read < 0) {
                in.limit(0);
                throw new EOFException("The client left");
            }
        }
    }

    void answer(HttpAnswer answer) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " " + answer.reason() + "\r\n");
        answer.sent().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        if (last) {
            head.append("Connection: close\r\n");
        }
        byte[] bytes = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer out = ByteBuffer.allocate(bytes.length + answer.body().size());
        write(out.put(bytes).put(answer.body().buffer()).flip());
    }

    private void write(ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    /** The answer to what cannot be understood is the last. */
    void refuse(BadRequest why) throws IOException {
        last = true;
        answer(HttpAnswer.refused(400, "InvalidRequest", why.getMessage()));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // closed is closed
        }
    }
}
