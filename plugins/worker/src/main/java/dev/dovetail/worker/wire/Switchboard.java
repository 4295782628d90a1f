package dev.dovetail.worker.wire;

import dev.dovetail.spi.Context;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Listens to all workers of an executor on one virtual thread: it takes frames apart and hands them to whoever waits for them.
 * Those wait on virtual threads, too: what wakes another thread of the system for each frame costs more than reading it. Thread-safe. Close it after the links.
 */
public final class Switchboard implements AutoCloseable {
    /** What the address of a Unix domain socket may have, with the zero that ends it. */
    public static final int LONGEST_PATH = 107;

    private static final int SHARED = 1 << 18;

    private final System.Logger log;
    private final FrameRoom room;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> chores = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    private Switchboard(Context context, FrameRoom room) throws IOException {
        this.log = context.log();
        this.room = room;
        selector = Selector.open();
        thread = context.threads().newThread(this::run);
    }

    /** @param room of the frames of all who connect */
    public static Switchboard open(Context context, FrameRoom room) throws IOException {
        Switchboard board = new Switchboard(context, room);
        board.thread.start();
        return board;
    }

    /** A socket that is listened to. Closing it takes its file away; what has connected stays. */
    public interface Door extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Listens on a socket at this path.
     *
     * @param path at most {@link #LONGEST_PATH} bytes long; nothing is there yet
     * @param most bytes of a frame, until {@link Link#allow} says otherwise
     * @param ears makes the ear of each that connects
     */
    public Door listen(Path path, int most, Function<Link, Link.Ear> ears) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            // the worker may run as somebody else; who may come near is decided by the directory
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            server.configureBlocking(false);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        Runnable accept = () -> accept(server, most, ears);
        chore(() -> register(server, SelectionKey.OP_ACCEPT, accept));
        return () -> {
            shut(server);
            wake();
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                log.log(System.Logger.Level.DEBUG, "Could not delete " + path, e);
            }
        };
    }

    private void register(java.nio.channels.SelectableChannel channel, int operations, Object attachment) {
        try {
            channel.register(selector, operations, attachment);
        } catch (ClosedChannelException e) {
            // closed before anybody came
        }
    }

    private void accept(ServerSocketChannel server, int most, Function<Link, Link.Ear> ears) {
        try {
            SocketChannel channel = server.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                SocketLink link = new SocketLink(channel, this, most);
                link.hear(ears.apply(link));
                register(channel, SelectionKey.OP_READ, link);
            }
        } catch (IOException e) {
            log.log(System.Logger.Level.DEBUG, "A worker could not connect", e);
        }
    }

    private static void shut(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            // closed is closed
        }
    }

    private void chore(Runnable chore) {
        chores.add(chore);
        wake();
    }

    void wake() {
        selector.wakeup();
    }

    /** Of all frames that workers send. */
    public FrameRoom room() {
        return room;
    }

    void awaitRoom(SocketLink link, SocketChannel channel) {
        chore(channel, key -> key.interestOpsOr(SelectionKey.OP_WRITE));
    }

    void goOn(SocketLink link, SocketChannel channel) {
        chore(channel, link::goOn);
    }

    private void chore(SocketChannel channel, Consumer<SelectionKey> what) {
        chore(() -> {
            SelectionKey key = channel.keyFor(selector);
            if (key != null && key.isValid()) {
                what.accept(key);
            }
        });
    }

    private void run() {
        ByteBuffer shared = ByteBuffer.allocateDirect(SHARED);
        while (!closed) {
            try {
                selector.select(key -> serve(key, shared));
            } catch (IOException e) {
                log.log(System.Logger.Level.WARNING, "Listening to workers failed; trying again", e);
            } catch (ClosedSelectorException e) {
                return;
            }
            if (Thread.interrupted()) {
                return; // the plugin is being unloaded
            }
            for (Runnable chore = chores.poll(); chore != null; chore = chores.poll()) {
                guarded(chore);
            }
        }
    }

    private void serve(SelectionKey key, ByteBuffer shared) {
        guarded(() -> {
            if (key.attachment() instanceof SocketLink link) {
                link.ready(key, shared);
            } else if (key.attachment() instanceof Runnable accept) {
                accept.run();
            }
        });
    }

    /** One worker's trouble must not make the others deaf. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (CancelledKeyException e) {
            // closed by somebody else in the meantime
        } catch (RuntimeException e) {
            log.log(System.Logger.Level.WARNING, "What a worker sent could not be served", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        shut(selector);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
