package dev.dovetail.function;

import java.io.InputStream;
import java.io.OutputStream;

/** A function that reads and writes JSON by itself. */
public interface StreamHandler {
    /**
     * Answers one call with what it writes, which must be one JSON value in UTF-8; nothing is null.
     *
     * @throws Exception if the call fails; the message is told to the caller
     */
    void handleRequest(InputStream input, OutputStream output, Context context) throws Exception;
}
