package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.LiveHost;
import dev.dovetail.kernel.host.Notes;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The host of one attempt of a durable execution. What the main scope asks is numbered and compared with the journal; what was
 * answered before is answered again in the same order, and what is new is answered live and becomes part of the journal. What is
 * in the journal is durable before the next effect leaves.
 */
public final class JournalHost implements LiveHost {
    /** A wait that is over sooner is waited for. */
    private static final long SHORT_MILLIS = 1000;

    private static final long LINGER_NANOS = 50_000_000;
    private static final int MOST_OPEN = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Running running;
    private final Hosts hosts;
    private final Story story;
    private final Saving saving;
    private final Outside outside;
    private final Notes notes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Long, Open> open = new HashMap<>();
    private final Map<Long, Open.Attempt> attempts = new HashMap<>();
    private final Deque<Answer.Reply> direct = new ArrayDeque<>();
    private final Deque<Open> toRun = new ArrayDeque<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Live live;
    private final int journaled;
    private int delivered;
    private long numbers;
    private long tickets;
    private long scopes;
    private int inner;
    private boolean pausing;
    private boolean again;
    private boolean dead;
    private Optional<Answer> dismissed = Optional.empty();
    private Optional<RuntimeException> broken = Optional.empty();

    /** What an execution has to do with others and with the world; called under the host's lock, and must not wait long. */
    public interface Outside {
        /** Whether this call starts an execution of its own, that answers by its end. */
        boolean isChild(HostCall.Invoke call);

        /** Starts it, once however often this is called; answers its id. */
        String child(Running parent, HostCall.Invoke call, long number) throws InterruptedException;

        /** What arrived for the execution and is not consumed: the first that answers this wait. */
        Optional<Message> arrived(HostCall.AwaitEvent wait);

        /** The end of this child, if it has ended. */
        Optional<Message> ended(String child);

        /** Whether an event fits the filter of a wait. */
        void consumed(Message message);

        /** Interrupts the code, which runs longer than it may. */
        void interrupt();
    }

    public JournalHost(Running running, Hosts hosts, Story story, Saving saving, Outside outside) {
        this.running = running;
        this.hosts = hosts;
        this.story = story;
        this.saving = saving;
        this.outside = outside;
        this.notes = new Notes(running.disclosed(), hosts.clock());
        this.journaled = story.answers().size();
        this.live = new Live(this, running, hosts, story, outside);
    }

    long now() {
        return hosts.clock().millis();
    }

    @Override
    public long ask(long scope, HostCall call, Place place) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            alive();
            long ticket = ++tickets;
            if (dismissed.isPresent()) {
                return ticket;
            }
            if (call instanceof HostCall.StepDone done) {
                live.done(attempts, done, ticket);
            } else if (scope != MAIN) {
                askInStep(scope, call, ticket);
            } else {
                askInMain(call, place, ticket);
            }
            changed.signalAll();
            return ticket;
        } catch (Saving.Lost e) {
            dismissed = Optional.of(new Answer.Stop(broken(e)));
            return ++tickets;
        } finally {
            lock.unlock();
        }
    }

    private Fault broken(RuntimeException e) {
        broken = Optional.of(e);
        return Fault.of(Fault.PLATFORM, Fault.Owner.PLATFORM, "The execution goes on elsewhere");
    }

    private void askInMain(HostCall call, Place place, long ticket) throws InterruptedException {
        long number = numbers++;
        Optional<Line> known = story.asked(number);
        if (known.isPresent() && !known.get().text("digest").equals(Told.digest(call))) {
            diverge(
                    number,
                    known.get().text("call") + " " + known.get().json(),
                    Told.line(hosts.schemas(), call) + "",
                    place);
            return;
        }
        if (known.isEmpty()
                && replaying()
                && story.answers().subList(delivered, journaled).stream()
                        .anyMatch(each -> each < number && !open.containsKey(each))) {
            diverge(number, "the answer to an earlier call", Told.line(hosts.schemas(), call) + "", place);
            return;
        }
        if (open.size() >= MOST_OPEN) {
            direct.add(new Answer.Reply(
                    ticket,
                    Hosts.refused(
                            Fault.QUOTA_EXCEEDED, "More than " + MOST_OPEN + " calls are open; await some first")));
            numbers--;
            return;
        }
        if (known.isEmpty()) {
            story.ask(now(), number, call, place);
        }
        Open it = new Open(number, call, ticket, System.nanoTime());
        open.put(number, it);
        if (story.answered(number).isEmpty()) {
            live.begin(it);
        }
    }

    private void askInStep(long scope, HostCall call, long ticket) throws InterruptedException {
        Open.Attempt attempt = attempts.get(scope);
        if (attempt == null) {
            throw new IllegalStateException("There is no step under way in scope " + scope);
        }
        Optional<Fault> no = switch (call) {
            case HostCall.Sleep sleep
            when sleep.duration().compareTo(Duration.ofMinutes(1)) > 0 ->
                Optional.of(Open.suspendInStep("sleep for more than a minute"));
            case HostCall.AwaitEvent _ -> Optional.of(Open.suspendInStep("wait for an event"));
            case HostCall.Step _ -> Optional.of(Open.suspendInStep("begin another step"));
            case HostCall.Invoke invoke
            when outside.isChild(invoke) -> Optional.of(Open.suspendInStep("start a workflow or an asynchronous call"));
            default -> Optional.empty();
        };
        if (no.isPresent()) {
            direct.add(new Answer.Reply(ticket, new HostReply.Refused(no.get())));
            return;
        }
        Optional<HostReply> simple = live.simple(call);
        if (simple.isPresent()) {
            direct.add(new Answer.Reply(ticket, simple.get()));
            return;
        }
        inner++;
        String effect = attempt.effect(running.executionId());
        later(() -> hosts.answer(running, call, Optional.of(effect)), reply -> {
            inner--;
            direct.add(new Answer.Reply(ticket, reply));
        });
    }

    private void diverge(long number, String expected, String found, Place place) {
        dismissed = Optional.of(new Answer.Stop(new Fault(
                Fault.CODE + "x.core._.nondeterminism.v1~",
                Fault.Owner.FUNCTION,
                "The code does not do again what it did: call " + number + " was " + expected + ", and is now " + found
                        + " at " + place + "; whatever differs from run to run has to come from the host",
                hosts.schemas()
                        .bytes(hosts.schemas()
                                .object()
                                .put("number", number)
                                .put("expected", expected)
                                .put("found", found)),
                Optional.of(place))));
    }

    @Override
    public Answer next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            alive();
            while (true) {
                Optional<Answer> ready = ready();
                if (ready.isPresent()) {
                    return ready.get();
                }
                if (open.isEmpty() && inner == 0) {
                    throw new IllegalStateException("next() with no ticket open");
                }
                long wait = live.fire(open.values());
                if (delivered < story.answers().size() || !direct.isEmpty() || !toRun.isEmpty()) {
                    continue;
                }
                if (idle()) {
                    dismissed = Optional.of(pausing ? paused() : new Answer.Suspend());
                    continue;
                }
                changed.await(Math.max(1, wait), TimeUnit.MILLISECONDS);
            }
        } catch (Saving.Lost e) {
            dismissed = Optional.of(new Answer.Stop(broken(e)));
            return dismissed.get();
        } finally {
            lock.unlock();
        }
    }

    private static Answer paused() {
        return new Answer.Stop(Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "The execution was paused"));
    }

    private Optional<Answer> ready() throws InterruptedException {
        if (dismissed.isPresent()) {
            return dismissed;
        }
        if (pausing && attempts.isEmpty() && inner == 0) {
            dismissed = Optional.of(paused());
            return dismissed;
        }
        if (delivered < story.answers().size()) {
            long number = story.answers().get(delivered);
            Open it = open.remove(number);
            if (it == null) {
                diverge(
                        number,
                        story.asked(number).map(line -> line.json() + "").orElse("a call"),
                        "none",
                        Place.UNKNOWN);
                return dismissed;
            }
            delivered++;
            return Optional.of(new Answer.Reply(it.ticket, live.delivered(it)));
        }
        if (!direct.isEmpty()) {
            return Optional.of(direct.remove());
        }
        if (!toRun.isEmpty()) {
            Open step = toRun.remove();
            long scope = ++scopes;
            Open.Attempt attempt = live.attempt(step);
            attempts.put(scope, attempt);
            return Optional.of(new Answer.Reply(
                    step.ticket, new HostReply.Run(scope, attempt.attempt, running.executionId() + "/" + step.number)));
        }
        return Optional.empty();
    }

    /** Whether everything that is open waits for long, and nothing is being done. */
    private boolean idle() {
        if (!attempts.isEmpty() || inner > 0 || open.isEmpty()) {
            return false;
        }
        long now = now();
        long nanos = System.nanoTime();
        return open.values().stream()
                .allMatch(it -> !it.busy
                        && it.due.map(due -> due - now > SHORT_MILLIS).orElse(true)
                        && (it.call instanceof HostCall.Sleep || nanos - it.sinceNanos > LINGER_NANOS || pausing));
    }

    /** When what is open goes on by itself: the earliest, in milliseconds since 1970. */
    public Optional<Long> due() {
        lock.lock();
        try {
            return open.values().stream().flatMap(it -> it.due.stream()).min(Long::compare);
        } finally {
            lock.unlock();
        }
    }

    /** What is open, for people: {@code child}, {@code event}, {@code retry} or {@code timer}. */
    public String waitsFor() {
        lock.lock();
        try {
            return open.values().stream()
                    .map(it -> it.child.isPresent()
                            ? "child"
                            : it.call instanceof HostCall.AwaitEvent
                                    ? "event"
                                    : it.call instanceof HostCall.Step ? "retry" : "timer")
                    .sorted()
                    .findFirst()
                    .orElse("");
        } finally {
            lock.unlock();
        }
    }

    /** The types of the events that are waited for. */
    public List<String> eventTypes() {
        lock.lock();
        try {
            return open.values().stream()
                    .flatMap(it -> it.call instanceof HostCall.AwaitEvent await
                            ? List.of(await.type()).stream()
                            : List.<String>of().stream())
                    .distinct()
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Something has arrived in the inbox: whoever waits for it is answered. */
    public void arrived() {
        lock.lock();
        try {
            if (!dead && dismissed.isEmpty()) {
                List.copyOf(open.values()).forEach(live::look);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The code has to leave, at once. */
    public void dismiss(Fault why) {
        lock.lock();
        try {
            if (dismissed.isEmpty()) {
                dismissed = Optional.of(new Answer.Stop(why));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The code has to leave where it does no harm: between two steps. */
    public void pause() {
        lock.lock();
        try {
            pausing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends an attempt of a step that takes longer than it may: the code leaves, and comes back to it. */
    public void watch() {
        lock.lock();
        try {
            long now = now();
            Optional<Open.Attempt> late =
                    attempts.values().stream().filter(each -> each.until < now).findFirst();
            if (late.isPresent() && !dead && dismissed.isEmpty()) {
                live.late(late.get());
                again = true;
                dismissed = Optional.of(new Answer.Stop(
                        Fault.of(Fault.TIMEOUT, Fault.Owner.FUNCTION, "A step took longer than it may")));
                changed.signalAll();
                outside.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the code left only to come back at once. */
    public boolean again() {
        return again;
    }

    /** Why nothing more may be written, if so. */
    public Optional<RuntimeException> broken() {
        return broken;
    }

    void runs(Open step) {
        toRun.add(step);
        changed.signalAll();
    }

    void changed() {
        changed.signalAll();
    }

    void dismissedBy(Fault fault) {
        dismissed = Optional.of(new Answer.Stop(fault));
    }

    /** Makes what an effect must not overtake durable. */
    void settle() throws InterruptedException {
        if (story.owes()) {
            saving.save(story, List.of());
        }
    }

    interface Task {
        HostReply run() throws InterruptedException;
    }

    interface Then {
        void take(HostReply reply);
    }

    /** Does something that takes time, and then, under the lock, what is to be done with its answer. */
    void later(Task task, Then then) {
        Thread thread = hosts.thread(() -> {
            HostReply reply;
            try {
                reply = task.run();
            } catch (InterruptedException e) {
                return; // whoever asked has left
            } catch (RuntimeException e) {
                reply = new HostReply.Refused(Fault.of(Fault.PLATFORM, Fault.Owner.PLATFORM, "The host failed: " + e));
            } finally {
                threads.remove(Thread.currentThread());
            }
            lock.lock();
            try {
                if (!dead) {
                    then.take(reply);
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        });
        threads.add(thread);
        thread.start();
    }

    @Override
    public void tell(HostNote note) {
        lock.lock();
        try {
            alive();
            if (!replaying()) {
                notes.take(note);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean replaying() {
        return delivered < journaled;
    }

    @Override
    public void print(String line) {
        if (!replaying()) {
            notes.print(line);
        }
    }

    @Override
    public List<LogLine> logs() {
        return notes.logs();
    }

    @Override
    public Fault conceal(Fault fault) {
        return running.disclosed().conceal(fault);
    }

    @Override
    public Optional<Answer> dismissed() {
        lock.lock();
        try {
            return dismissed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end() {
        lock.lock();
        try {
            dead = true;
        } finally {
            lock.unlock();
        }
        threads.forEach(Thread::interrupt);
        boolean interrupted = false;
        long until = System.nanoTime() + PATIENCE.toNanos();
        for (Thread each : threads) {
            while (each.isAlive() && System.nanoTime() < until) {
                try {
                    each.join(PATIENCE);
                } catch (InterruptedException e) {
                    interrupted = true; // told to stop, which it is doing
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void alive() {
        if (dead) {
            throw new IllegalStateException("This host is dead: its call has returned");
        }
    }
}
