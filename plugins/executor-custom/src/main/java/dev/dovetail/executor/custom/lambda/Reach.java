package dev.dovetail.executor.custom.lambda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a program that has a network of its own reaches the API, which it expects on a TCP port of its loopback. */
public enum Reach {
    /** A thread of this process enters the program's network, listens there, and leaves the listening socket to the others. */
    NAMESPACE,
    /** A process beside the program listens there, and passes what comes on to a Unix socket. */
    FORWARDER;

    /** What the user of this process may do: only the administrator may enter other networks. */
    public static Reach best() {
        try {
            boolean administrator =
                    Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            return administrator && NetworkNamespace.supported() ? NAMESPACE : FORWARDER;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return FORWARDER;
        }
    }
}
