package dev.dovetail.kernel.http;

import io.helidon.webserver.CloseConnectionException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;

/** Tells clients that went away from what went wrong here. */
final class Departure {
    private Departure() {}

    /** Whether this comes of the connection. What goes wrong with files is no fault of the client's, and is answered. */
    static boolean of(Exception e) {
        Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
        return e instanceof CloseConnectionException
                || cause instanceof SocketException
                || cause instanceof SocketTimeoutException
                || cause instanceof SSLException
                || cause instanceof EOFException
                || cause instanceof ClosedChannelException
                // a socket's channel has no type of its own for it
                || cause instanceof IOException
                        && String.valueOf(cause.getMessage())
                                .matches("Broken pipe|Connection reset by peer|Socket closed");
    }
}
