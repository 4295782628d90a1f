package dev.dovetail.function.worker;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Frames, over a Unix domain socket or over the standard streams. Sending is for any thread, reading for one. */
final class Link {
    static final int HELLO = 1;
    static final int INIT = 2;
    static final int READY = 3;
    static final int INVOKE = 4;
    static final int RESULT = 5;
    static final int ERROR = 6;
    static final int NOTE = 7;
    static final int ASK = 8;
    static final int NEXT = 9;
    static final int REPLY = 10;
    static final int STOP = 11;
    static final int PING = 12;
    static final int PONG = 13;
    static final int CLOSE = 14;
    static final int MADE = 17;

    static final byte[] NOTHING = {};

    private static final int PREFIX = 9;
    private static final int FIRST = 1 << 16;

    private final ReadableByteChannel in;
    private final WritableByteChannel out;
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST).flip();

    Link(ReadableByteChannel in, WritableByteChannel out) {
        this.in = in;
        this.out = out;
    }

    /** A frame as it came. */
    static final class Frame {
        final int kind;
        final Map<?, ?> header;
        final byte[] payload;

        Frame(int kind, Map<?, ?> header, byte[] payload) {
            this.kind = kind;
            this.header = header;
            this.payload = payload;
        }
    }

    static Link connect(String address) throws IOException {
        if (address.equals("stdio")) {
            InputStream in = new FileInputStream(FileDescriptor.in);
            OutputStream out = new FileOutputStream(FileDescriptor.out);
            // what the function prints must not get among the frames
            System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
            System.setIn(InputStream.nullInputStream());
            return new Link(Channels.newChannel(in), Channels.newChannel(out));
        }
        try {
            // there since Java 16
            ProtocolFamily unix = StandardProtocolFamily.valueOf("UNIX");
            Method of = Class.forName("java.net.UnixDomainSocketAddress").getMethod("of", String.class);
            Method open = SocketChannel.class.getMethod("open", ProtocolFamily.class);
            SocketChannel channel = (SocketChannel) open.invoke(null, unix);
            channel.connect((SocketAddress) of.invoke(null, address));
            return new Link(channel, channel);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            throw new IOException("This version of Java has no Unix domain sockets", e);
        }
    }

    void send(int kind, Map<String, ?> header, byte[] payload) throws IOException {
        byte[] head = header.isEmpty() ? NOTHING : JsonWriter.bytes(header);
        int length = PREFIX + head.length + payload.length;
        ByteBuffer frame = ByteBuffer.allocate(length);
        frame.putInt(length - 4).put((byte) kind).putInt(head.length).put(head).put(payload);
        frame.flip();
        synchronized (this) {
            // a channel is closed by writing to it while one is interrupted
            boolean interrupted = Thread.interrupted();
            while (frame.hasRemaining()) {
                out.write(frame);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Not while it sends. */
    synchronized void interrupt(Thread thread) {
        thread.interrupt();
    }

    /**
     * Waits for the next frame.
     *
     * @throws EOFException if the other side has gone
     */
    Frame receive() throws IOException {
        need(PREFIX);
        int length = bytes.getInt() - (PREFIX - 4);
        int kind = bytes.get();
        int headLength = bytes.getInt();
        need(length);
        byte[] array = bytes.array();
        int at = bytes.position();
        Map<?, ?> header = headLength == 0 ? Map.of() : (Map<?, ?>) Json.read(array, at, headLength);
        byte[] payload = NOTHING;
        if (length > headLength) {
            payload = new byte[length - headLength];
            System.arraycopy(array, at + headLength, payload, 0, payload.length);
        }
        bytes.position(at + length);
        return new Frame(kind, header, payload);
    }

    private void need(int wanted) throws IOException {
        if (bytes.remaining() >= wanted) {
            return;
        }
        ByteBuffer into = bytes;
        if (wanted > bytes.capacity() || bytes.remaining() == 0 && bytes.capacity() > FIRST) {
            into = ByteBuffer.allocate(Math.max(wanted, FIRST));
            into.put(bytes);
        } else {
            into.compact();
        }
        while (into.position() < wanted) {
            if (in.read(into) < 0) {
                throw new EOFException("The kernel has gone");
            }
        }
        bytes = into.flip();
    }
}
