package dev.dovetail.executor.custom.lambda;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Listens on the loopback of another process's network. A socket belongs to the network of the thread that made it, whoever
 * uses it later; so a thread that enters the network, makes the socket and ends is enough.
 */
final class NetworkNamespace {
    private static final int NETWORK = 0x40000000;
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final long LOOK_NANOS = 300_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private NetworkNamespace() {}

    /** Whether this system has networks that can be entered. */
    static boolean supported() {
        return Files.exists(Path.of("/proc/self/ns/net"))
                && Linker.nativeLinker().defaultLookup().find("setns").isPresent();
    }

    /**
     * Waits until a child of this process has a network of its own, and listens there.
     *
     * @param platform makes the thread that enters, which must be nobody else's afterwards
     * @param gone whether there is no use in waiting any more
     */
    static ServerSocketChannel listen(
            long parent, InetSocketAddress address, ThreadFactory platform, BooleanSupplier gone)
            throws IOException, InterruptedException {
        CompletableFuture<ServerSocketChannel> made = new CompletableFuture<>();
        Thread thread = platform.newThread(() -> {
            try {
                made.complete(enterAndListen(parent, address, gone));
            } catch (IOException | RuntimeException e) {
                made.completeExceptionally(e);
            }
        });
        thread.start();
        try {
            return made.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            thread.join();
            if (!made.isCompletedExceptionally()) {
                made.join().close();
            }
            throw e;
        } catch (ExecutionException e) {
            throw new IOException(
                    "The program's network cannot be reached: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private static ServerSocketChannel enterAndListen(long parent, InetSocketAddress address, BooleanSupplier gone)
            throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        Path own = Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
        Optional<Long> child = Optional.empty();
        while (child.isEmpty()) {
            look(until, gone, "it has started nothing");
            child = childElsewhere(parent, own);
        }
        enter(child.get());
        while (true) {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
            try {
                return server.bind(address);
            } catch (IOException e) {
                // its loopback is not up yet
                server.close();
                look(until, gone, e.getMessage());
            }
        }
    }

    private static void look(long until, BooleanSupplier gone, String why) throws IOException {
        if (gone.getAsBoolean()
                || System.nanoTime() > until
                || Thread.currentThread().isInterrupted()) {
            throw new IOException(why);
        }
        LockSupport.parkNanos(LOOK_NANOS);
    }

    private static Optional<Long> childElsewhere(long parent, Path own) {
        try {
            String children = Files.readString(Path.of("/proc/" + parent + "/task/" + parent + "/children"));
            for (String each : children.strip().split(" ")) {
                if (!each.isEmpty()
                        && !Files.readSymbolicLink(Path.of("/proc/" + each + "/ns/net"))
                                .equals(own)) {
                    return Optional.of(Long.parseLong(each));
                }
            }
        } catch (IOException e) {
            // it is gone, or about to become another program
        }
        return Optional.empty();
    }

    private static void enter(long process) throws IOException {
        SymbolLookup library = Linker.nativeLinker().defaultLookup();
        MethodHandle open = call(
                library,
                "open",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        MethodHandle setns = call(
                library,
                "setns",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        MethodHandle close = call(library, "close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom("/proc/" + process + "/ns/net");
            int file = (int) open.invokeExact(path, CLOSE_ON_EXEC);
            if (file < 0) {
                throw new IOException("its network cannot be opened");
            }
            int entered = (int) setns.invokeExact(file, NETWORK);
            int _ = (int) close.invokeExact(file);
            if (entered != 0) {
                throw new IOException("its network cannot be entered");
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("A call of the system's library failed", e);
        }
    }

    @SuppressWarnings("restricted") // the three functions and their shapes are the ones above
    private static MethodHandle call(SymbolLookup library, String name, FunctionDescriptor shape) {
        return Linker.nativeLinker()
                .downcallHandle(
                        library.find(name)
                                .orElseThrow(() -> new IllegalStateException("The system's library has no " + name)),
                        shape);
    }
}
