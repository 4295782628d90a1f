package dev.dovetail.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A way to a server on this machine on which nothing passes for a while, or whose connections are cut. Thread-safe. */
final class Strait implements Herd.Standstill, AutoCloseable {
    private final int to;
    private final ServerSocket entrance;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition open = lock.newCondition();
    private boolean still;

    private Strait(int to) throws IOException {
        this.to = to;
        this.entrance = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    /** @param port where it leads */
    static Strait to(int port) throws IOException {
        Strait strait = new Strait(port);
        Thread.ofVirtual().start(strait::accept);
        return strait;
    }

    /** Where it begins. */
    int port() {
        return entrance.getLocalPort();
    }

    @Override
    public void begin() {
        still(true);
    }

    @Override
    public void end() {
        still(false);
    }

    private void still(boolean so) {
        lock.lock();
        try {
            still = so;
            open.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all that is open; new connections are let through. */
    void cut() throws IOException {
        for (Socket each : sockets) {
            sockets.remove(each);
            each.close();
        }
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket near = entrance.accept();
                sockets.add(near);
                Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
                sockets.add(far);
                Thread.ofVirtual().start(() -> pass(near, far));
                Thread.ofVirtual().start(() -> pass(far, near));
            } catch (IOException e) {
                // it was closed, or the other side is: whoever came sees that
            }
        }
    }

    private void pass(Socket from, Socket onto) {
        byte[] some = new byte[8192];
        try (from;
                onto) {
            InputStream in = from.getInputStream();
            OutputStream out = onto.getOutputStream();
            for (int length = in.read(some); length >= 0; length = in.read(some)) {
                lock.lockInterruptibly();
                try {
                    while (still) {
                        open.await();
                    }
                } finally {
                    lock.unlock();
                }
                out.write(some, 0, length);
            }
        } catch (IOException e) {
            // cut, or closed by one side: the other sees it as the end of the stream
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(from);
            sockets.remove(onto);
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        end();
        cut();
    }
}
