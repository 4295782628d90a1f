package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * The body of a request while it arrives: as far as its route allows, and in time.
 *
 * @param place what the body takes of the room; closed by whoever made it
 * @param refuse answers the request instead of its reader, which waits; called by another thread
 */
record Incoming(
        ServerRequest request,
        ServerResponse response,
        Route route,
        Arrivals arrivals,
        BodyRoom room,
        BodyRoom.Place place,
        Consumer<Refusal> refuse) {
    private static final int CHUNK = 64 * 1024;
    private static final long LINGER = 16L * 1024 * 1024;

    /** @throws Refusal if it is larger, does not arrive in time, or finds no room */
    byte[] read() throws IOException {
        long announced = request.headers().contentLength().orElse(-1);
        if (announced > route.largest()) {
            if (announced <= route.largest() + LINGER) {
                letPass();
            }
            throw tooLarge(announced + "");
        }
        if (announced > 0 && !place.take(announced, arrivals.patience())) {
            letPass();
            throw full();
        }
        if (announced == 0 || announced < 0 && !request.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
            return new byte[0];
        }
        try (Arrivals.Arrival arrival = arrivals.begin(this::sayLate)) {
            byte[] body = read(request.content().inputStream(), announced, arrival);
            place.keep(body.length);
            if (arrival.givenUp()) {
                throw late();
            }
            return body;
        } catch (DataReader.InsufficientDataAvailableException e) {
            throw broken("it ended before its end");
        } catch (IllegalArgumentException | RequestException | DataReader.IncorrectNewLineException e) {
            throw broken(e.getMessage());
        } catch (java.io.UncheckedIOException e) {
            if (e.getCause() instanceof java.net.SocketTimeoutException) {
                throw late();
            }
            throw e;
        }
    }

    /** The stream is not closed: closing reads on to the end, which may be what does not come. */
    private byte[] read(InputStream in, long announced, Arrivals.Arrival arrival) throws IOException {
        byte[] bytes = new byte[(int) (announced > 0 ? announced : CHUNK)];
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                int more = in.read();
                if (more < 0) {
                    return bytes;
                }
                if (length + 1 > route.largest()) {
                    throw tooLarge("more");
                }
                if (announced <= 0 && length == BodyRoom.SMALL && !place.take(route.largest(), arrivals.patience())) {
                    throw full(); // nobody knows how large it will be
                }
                bytes = java.util.Arrays.copyOf(
                        bytes, (int) Math.min(route.largest() + 1, Math.max(2L * bytes.length, CHUNK)));
                bytes[length++] = (byte) more;
                continue;
            }
            int read = in.read(bytes, length, bytes.length - length);
            if (read < 0) {
                return java.util.Arrays.copyOf(bytes, length);
            }
            length += read;
            if (length > route.largest()) {
                throw tooLarge("more");
            }
            if (arrival.late()) {
                throw late();
            }
        }
    }

    /** What follows on the connection is no request, so it ends with the answer. */
    private Refusal broken(String why) {
        response.header(HeaderNames.CONNECTION, "close");
        return Refusal.of(ErrorType.MALFORMED, "The body cannot be read: " + why);
    }

    /** Closing on a client that still writes would take the answer from it, so what is not much more is let pass first. */
    private void letPass() throws IOException {
        try (Arrivals.Arrival arrival = arrivals.begin(this::sayLate);
                InputStream in = request.content().inputStream()) {
            byte[] sink = new byte[CHUNK];
            while (in.read(sink) >= 0 && !arrival.late()) {
                // on to the end
            }
        }
    }

    private Refusal full() {
        response.header(HeaderNames.CONNECTION, "close");
        return room.full();
    }

    private Refusal tooLarge(String size) {
        return Refusal.of(
                ErrorType.PAYLOAD_TOO_LARGE,
                "The body has " + size + " bytes; " + route.method() + " " + route.template() + " takes "
                        + route.largest());
    }

    private void sayLate() {
        refuse.accept(late());
    }

    private Refusal late() {
        return Refusal.of(
                ErrorType.REQUEST_TIMEOUT,
                "The body did not arrive within " + arrivals.patience().toSeconds() + " s");
    }
}
