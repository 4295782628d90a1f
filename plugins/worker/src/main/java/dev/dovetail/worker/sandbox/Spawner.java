package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/**
 * Starts all processes from one thread that lives as long as the sandbox: Linux kills a child that wants to die with its
 * parent when the thread ends that started it, not when the process does.
 */
final class Spawner implements AutoCloseable {
    private record Order(ProcessBuilder program, CompletableFuture<Process> process) {}

    private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final Thread thread;
    private boolean closed;

    Spawner(ThreadFactory platformThreads) {
        thread = platformThreads.newThread(this::work);
        thread.start();
    }

    /** Does not answer to interrupts: it takes milliseconds, and whoever asked must know what there is to kill. */
    Process spawn(ProcessBuilder program) throws IOException {
        Order order = new Order(program, new CompletableFuture<>());
        synchronized (this) {
            if (closed) {
                throw new PluginException(Kind.UNAVAILABLE, "The sandbox is closed");
            }
            orders.add(order);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return order.process.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw told(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException told(Throwable cause) {
        if (cause instanceof IOException failure) {
            String message = String.valueOf(failure.getMessage());
            if (message.contains("error=11") || message.contains("error=12") || message.contains("error=24")) {
                throw new PluginException(Kind.EXHAUSTED, "The machine has no room for another process", failure);
            }
            return failure;
        }
        return new IOException("No process was started", cause);
    }

    private void work() {
        try {
            while (true) {
                Order order = orders.take();
                try {
                    order.process.complete(order.program.start());
                } catch (IOException | RuntimeException e) {
                    order.process.completeExceptionally(e);
                }
            }
        } catch (InterruptedException e) {
            refuse(e);
        }
    }

    private synchronized void refuse(InterruptedException why) {
        closed = true;
        orders.forEach(order -> order.process.completeExceptionally(why));
    }

    @Override
    public void close() {
        thread.interrupt();
        Waiting.uninterrupted(() -> thread.join());
    }
}
