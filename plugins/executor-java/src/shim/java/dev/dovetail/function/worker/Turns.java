package dev.dovetail.function.worker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Whose turn it is among the threads of a call: one runs at a time, and they change over only where one waits for the system.
 * Guarded by the call's monitor.
 */
final class Turns {
    private final Call call;
    private final Threads threads;
    private final Map<Thread, Strand> strands = new HashMap<>();
    private final Deque<Strand> ready = new ArrayDeque<>();
    private final List<Strand> parked = new ArrayList<>();
    private Strand turn;

    /** Begins a piece of a call's code on a thread of its own. */
    interface Threads {
        void begin(Call call, Runnable piece);
    }

    /** One of the threads. */
    static final class Strand {
        private BooleanSupplier done = () -> true;
        private boolean patient;

        /** The innermost step that it runs. */
        private Optional<Scope> scope;

        private Strand(Optional<Scope> scope) {
            this.scope = scope;
        }

        Optional<Scope> scope() {
            return scope;
        }

        void scope(Optional<Scope> within) {
            scope = within;
        }
    }

    Turns(Call call, Threads threads) {
        this.call = call;
        this.threads = threads;
    }

    void begin(Thread main) {
        turn = new Strand(Optional.empty());
        strands.put(main, turn);
    }

    /** The thread that asks, if it is one of these. */
    Optional<Strand> current() {
        return Optional.ofNullable(strands.get(Thread.currentThread()));
    }

    /**
     * Lets others go on until this is so, or until the code has to leave.
     *
     * @param patient waits for it even then
     */
    void await(Strand me, BooleanSupplier done, boolean patient) {
        me.done = done;
        me.patient = patient;
        parked.add(me);
        turn = null;
        next();
        waitForTurn(me);
    }

    private void waitForTurn(Strand me) {
        boolean interrupted = false;
        while (turn != me) {
            try {
                call.wait();
            } catch (InterruptedException e) {
                interrupted = true; // the turn of another is not to be taken for it
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Something has changed: whoever can go on now does, and if nobody can, the next answer is wanted. */
    void next() {
        if (turn != null) {
            return;
        }
        for (Strand each : new ArrayList<>(parked)) {
            if (each.done.getAsBoolean() || call.left() && !each.patient) {
                parked.remove(each);
                ready.add(each);
            }
        }
        turn = ready.poll();
        if (turn != null) {
            call.notifyAll();
        } else if (!parked.isEmpty()) {
            call.want();
        }
    }

    /** A thread more, whose turn comes after those that can go on. */
    void add(Strand parent, Runnable task) {
        Strand strand = new Strand(parent.scope);
        ready.add(strand);
        try {
            threads.begin(call, () -> run(strand, task));
        } catch (RuntimeException | Error e) {
            ready.remove(strand);
            throw e;
        }
    }

    private void run(Strand strand, Runnable task) {
        synchronized (call) {
            strands.put(Thread.currentThread(), strand);
            waitForTurn(strand);
        }
        try {
            task.run();
        } finally {
            synchronized (call) {
                strands.remove(Thread.currentThread());
                Thread.interrupted(); // it is not passed on to whoever has this thread next
                turn = null;
                next();
            }
        }
    }

    /** All of them are told. */
    void interrupt(Link link) {
        strands.keySet().forEach(link::interrupt);
    }

    void end() {
        strands.clear();
        turn = null;
    }
}
