package dev.dovetail.worker.log;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A Unix domain socket for what a process writes that was not started from here: it connects once for each standard stream.
 * For one thread at a time.
 */
public final class LogDoor implements AutoCloseable {
    private final Path path;
    private final ServerSocketChannel server;

    private LogDoor(Path path, ServerSocketChannel server) {
        this.path = path;
        this.server = server;
    }

    /** @param path nothing is there yet; who may come near is decided by the directory */
    public static LogDoor open(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            server.configureBlocking(false);
            return new LogDoor(path, server);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /**
     * The next stream of those that have connected. It never blocks: what it has {@link InputStream#available} is what was
     * written and not yet read.
     *
     * @throws IOException if nobody has connected
     */
    public InputStream accept() throws IOException {
        SocketChannel channel = server.accept();
        if (channel == null) {
            throw new IOException("Nobody has connected to " + path.getFileName());
        }
        channel.configureBlocking(false);
        return new Written(channel);
    }

    /** Takes the socket away; streams that were accepted stay. */
    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }

    private static final class Written extends InputStream {
        private static final int PIECE = 1 << 16;

        private final SocketChannel channel;
        private final ByteBuffer there = ByteBuffer.allocate(PIECE).flip();

        Written(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public int available() throws IOException {
            if (!there.hasRemaining()) {
                there.clear();
                try {
                    channel.read(there); // nothing if nothing is there, and at the end
                } finally {
                    there.flip();
                }
            }
            return there.remaining();
        }

        @Override
        public int read() throws IOException {
            return available() == 0 ? -1 : there.get() & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (available() == 0) {
                return -1;
            }
            int taken = Math.min(length, there.remaining());
            there.get(into, offset, taken);
            return taken;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
