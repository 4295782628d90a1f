package dev.dovetail.kernel.http;

import dev.dovetail.spi.Bytes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * The answer to one request on its way out. A large one for which there is no room among the others is put into a file, and
 * sent from there once nothing holds it any more: so clients that read slowly do not fill the heap, which would end the
 * process. For one thread.
 */
final class Outgoing implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Outgoing.class.getName());
    private static final int PIECE = 1 << 16;

    private final ServerRequest request;
    private final ServerResponse response;
    private final BodyRoom room;
    private Optional<FileChannel> waiting = Optional.empty();

    /** @param room of all answers that are sent from memory */
    Outgoing(ServerRequest request, ServerResponse response, BodyRoom room) {
        this.request = request;
        this.response = response;
        this.room = room;
    }

    void send(byte[] body) {
        if (body.length <= BodyRoom.SMALL) {
            Sending.send(request, response, body);
        } else {
            send(Bytes.given(body));
        }
    }

    void send(Bytes body) {
        if (body.size() <= BodyRoom.SMALL || Sending.isHead(request)) {
            Sending.send(request, response, body.toArray());
            return;
        }
        try (BodyRoom.Place place = room.place()) {
            if (!place.take(body.size(), Duration.ZERO)) {
                waiting = kept(body);
            }
            if (waiting.isEmpty()) { // it ran, and its answer is not thrown away for a full disk either
                write(Channels.newChannel(body.stream()), body.size());
            }
        }
    }

    /** In pieces, of which the server does not make another whole. */
    private void write(ReadableByteChannel body, long size) {
        response.header(HeaderNames.CONTENT_LENGTH, Long.toString(size));
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        try (OutputStream out = response.outputStream()) {
            while (body.read(piece.clear()) >= 0) {
                out.write(piece.array(), 0, piece.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<FileChannel> kept(Bytes body) {
        try {
            Path path = Files.createTempFile("dovetail-answer", "");
            FileChannel file = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            try {
                Files.deleteIfExists(
                        path); // now, where the system lets it, so that nothing is left if the process is killed
            } catch (IOException _) {
                // when it is closed, then
            }
            try {
                for (ByteBuffer rest = body.buffer(); rest.hasRemaining(); ) {
                    file.write(rest);
                }
                return Optional.of(file.position(0));
            } catch (IOException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "An answer could not wait in a file", e);
            return Optional.empty();
        }
    }

    /** Sends what waits, if anything does: whoever made it has returned. */
    void finish() throws IOException {
        if (waiting.isPresent()) {
            write(waiting.get(), waiting.get().size());
        }
    }

    @Override
    public void close() {
        waiting.ifPresent(file -> {
            try {
                file.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "A file with an answer could not be closed", e);
            }
        });
    }
}
