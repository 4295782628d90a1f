package dev.dovetail.executor.wasm;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The two sides of one call: the guest computes on a thread of the lanes, and whoever called serves what it asks, on the
 * thread that called. So nothing of the system's ever runs on the guest's stack, of which the guest decides how much is
 * left.
 */
final class Crossing {
    /** What is done on the caller's thread. */
    interface Errand<T> {
        T run() throws InterruptedException;
    }

    private final Lanes lanes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Optional<FutureTask<?>> errand = Optional.empty();
    private Optional<Thread> guest = Optional.empty();
    private Optional<Thread> caller = Optional.empty();
    private Optional<Left.Why> leaving = Optional.empty();
    private OptionalLong until = OptionalLong.empty();
    private boolean late;
    private boolean ended;
    private boolean hasTurn = true;

    Crossing(Lanes lanes) {
        this.lanes = lanes;
    }

    /**
     * Runs the guest's side on a thread of its own and returns when it has ended, however it ended. Interrupted, it tells
     * the guest to leave, and waits until it has; the interrupt is used up.
     *
     * @throws Left if the guest left or was told to, whatever it returned
     * @throws NoTurn if there are too many guests
     */
    <T> T run(Callable<T> side) throws NoTurn, ExecutionException {
        FutureTask<T> task = new FutureTask<>(side);
        try {
            begin();
            lanes.takeTurn();
        } catch (InterruptedException e) {
            throw new Left(end(Left.Why.STOPPED));
        }
        if (!lanes.start(() -> guestSide(task))) {
            lanes.endTurn();
            finish();
            throw new NoTurn();
        }
        serve();
        Optional<Left.Why> left = finish();
        if (left.isPresent()) {
            throw new Left(left.get());
        }
        try {
            return task.get();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Interrupted where nothing waits", e);
        }
    }

    /** The same for a guest that is told to leave if it has not ended after so long; {@link #late} then tells that it was. */
    <T> T run(Callable<T> side, Duration patience) throws NoTurn, ExecutionException {
        until = OptionalLong.of(System.nanoTime() + patience.toNanos());
        return run(side);
    }

    /** Whether the guest was told to leave because it took too long. */
    boolean late() {
        return late;
    }

    /** There are as many guests as there may be. */
    static final class NoTurn extends Exception {
        private static final long serialVersionUID = 1;
    }

    private void begin() throws InterruptedException {
        lock.lock();
        try {
            if (leaving.isPresent()) {
                throw new InterruptedException();
            }
            caller = Optional.of(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    private Left.Why end(Left.Why why) {
        leave(why);
        return finish().orElseThrow();
    }

    private Optional<Left.Why> finish() {
        lock.lock();
        try {
            caller = Optional.empty();
            if (leaving.isPresent() && !late) {
                // the interrupt was for this call, whether or not it came in time
                Thread.interrupted();
            }
            return leaving;
        } finally {
            lock.unlock();
        }
    }

    private void guestSide(FutureTask<?> task) {
        lock.lock();
        try {
            guest = Optional.of(Thread.currentThread());
            if (leaving.isPresent()) {
                Thread.currentThread().interrupt();
            }
        } finally {
            lock.unlock();
        }
        try {
            task.run();
        } finally {
            if (hasTurn) {
                lanes.endTurn();
            }
            lock.lock();
            try {
                ended = true;
                guest = Optional.empty();
                Thread.interrupted(); // the thread goes on to other guests
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void serve() {
        Optional<FutureTask<?>> next = Optional.empty();
        while (true) {
            try {
                next = nextErrand();
            } catch (InterruptedException e) {
                leave(Left.Why.STOPPED);
                continue;
            }
            if (next.isEmpty()) {
                return;
            }
            next.get().run();
            if (Thread.interrupted()) {
                leave(Left.Why.STOPPED);
            }
            lock.lock();
            try {
                errand = Optional.empty();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private Optional<FutureTask<?>> nextErrand() throws InterruptedException {
        lock.lock();
        try {
            // what was asked just before the guest was told to leave is not begun: nobody would interrupt it any more
            while ((errand.isEmpty() || leaving.isPresent()) && !ended) {
                awaitChange();
            }
            return ended ? Optional.empty() : errand;
        } finally {
            lock.unlock();
        }
    }

    private void awaitChange() throws InterruptedException {
        if (until.isEmpty() || leaving.isPresent()) {
            changed.await();
        } else if (changed.awaitNanos(until.getAsLong() - System.nanoTime()) <= 0) {
            late = true;
            leave(Left.Why.STOPPED);
        }
    }

    /** Tells the guest to leave; the first reason stays. May come from any thread. */
    void leave(Left.Why why) {
        lock.lock();
        try {
            if (leaving.isEmpty()) {
                leaving = Optional.of(why);
            }
            guest.ifPresent(Thread::interrupt);
            if (why == Left.Why.CLOSED) {
                caller.ifPresent(Thread::interrupt);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * On the guest's thread: has this done on the caller's, and waits for it.
     *
     * @param waits whether it may take long, so that the turn goes to another guest meanwhile
     */
    <T> T ask(boolean waits, Errand<T> task) {
        FutureTask<T> request = new FutureTask<>(task::run);
        if (waits) {
            hasTurn = false;
            lanes.endTurn();
        }
        try {
            hand(request);
            if (waits) {
                lanes.takeTurn();
                hasTurn = true;
            }
            return request.get();
        } catch (InterruptedException e) {
            // so that no loop of the guest's goes on
            Thread.currentThread().interrupt();
            throw new Left(reason());
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private RuntimeException failure(Throwable cause) {
        return switch (cause) {
            case InterruptedException _ -> {
                leave(Left.Why.STOPPED);
                yield new Left(reason());
            }
            // made again here, where the guest's functions are on the stack
            case Trouble trouble -> new Trouble(trouble.fault());
            case RuntimeException unchecked -> unchecked;
            default -> new IllegalStateException("What the guest asked ended with an error", cause);
        };
    }

    /** On the guest's thread, between the parts of what takes long. */
    void pause() {
        if (Thread.currentThread().isInterrupted()) {
            throw new Left(reason());
        }
    }

    private Left.Why reason() {
        lock.lock();
        try {
            return leaving.orElse(Left.Why.STOPPED);
        } finally {
            lock.unlock();
        }
    }

    private void hand(FutureTask<?> request) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (leaving.isPresent()) {
                throw new InterruptedException();
            }
            errand = Optional.of(request);
            changed.signalAll();
            while (!request.isDone()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }
}
