package dev.dovetail.testkit.executor;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A host for tests. Steps are answered by {@link #steps}, every other call by a function of the test's, in the order in
 * which calls came unless the test holds them; what was asked and told is kept. It fails on what the rules of
 * {@code docs/spi/host.md} forbid a guest.
 */
public final class FakeHost implements Host {
    /** A call as it came. */
    public record Asked(long ticket, long scope, HostCall call, Place place) {
        /** The scope, the kind of the call, and what it is called, such as {@code 0 Step charge}. */
        public String words() {
            String name = switch (call) {
                case HostCall.Step step -> "Step " + step.label();
                case HostCall.StepDone done -> "StepDone " + done.scope();
                case HostCall.Random random -> "Random " + random.label().orElse("");
                default -> call.getClass().getSimpleName();
            };
            return scope + " " + name;
        }
    }

    private static final long PATIENCE_SECONDS = 10;

    private final Function<HostCall, HostReply> answers;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<HostNote> told = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Answer> due = new LinkedBlockingQueue<>();
    private final CountDownLatch toldSomething = new CountDownLatch(1);
    private final AtomicLong tickets = new AtomicLong();
    private final StepFake steps = new StepFake();
    private volatile boolean held;
    private volatile int toReplay;
    private volatile boolean dead;
    private int open;

    /** A host that refuses every call. */
    public FakeHost() {
        this(call -> new HostReply.Refused(
                Fault.of(Fault.UNSUPPORTED, Fault.Owner.PLATFORM, "This host answers nothing: " + call)));
    }

    public FakeHost(Function<HostCall, HostReply> answers) {
        this.answers = answers;
    }

    /** A host that answers every call with its kind, such as {@code "Random"}. */
    public static FakeHost naming() {
        return new FakeHost(call -> json("\"" + call.getClass().getSimpleName() + "\""));
    }

    /** A reply of this JSON value. */
    public static HostReply json(String value) {
        return new HostReply.Value(Bytes.utf8(value));
    }

    /** What steps are answered with. */
    public StepFake steps() {
        return steps;
    }

    /** From now on calls are answered only by {@link #answer} and {@link #release}. */
    public FakeHost holding() {
        held = true;
        return this;
    }

    /** From now on it replays, to the end. */
    public FakeHost whileReplaying() {
        return replaying(Integer.MAX_VALUE);
    }

    /** From now on it replays until so many answers have been taken. */
    public FakeHost replaying(int answers) {
        toReplay = answers;
        return this;
    }

    /** Gives an answer now, whatever is open. */
    public void answer(Answer answer) {
        due.add(answer);
    }

    /** Answers the held question with this index of {@link #asked} as if it were not held, and returns the answer. */
    public HostReply release(int index) {
        Asked question = asked.get(index);
        HostReply reply = reply(question.scope(), question.call());
        answer(new Answer.Reply(question.ticket(), reply));
        return reply;
    }

    private HostReply reply(long scope, HostCall call) {
        return switch (call) {
            case HostCall.Step step -> steps.begin(scope, step);
            case HostCall.StepDone done -> steps.end(done);
            default -> answers.apply(call);
        };
    }

    /** What was asked, in order. */
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** What was asked, in order, as {@link Asked#words}. */
    public List<String> askedWords() {
        return asked.stream().map(Asked::words).toList();
    }

    public List<HostNote> told() {
        return List.copyOf(told);
    }

    /** Waits until the guest has told something. */
    public void awaitTold() throws InterruptedException {
        if (!toldSomething.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The guest told nothing within " + PATIENCE_SECONDS + " s");
        }
    }

    /** Waits until the guest has asked so many times. */
    public synchronized void awaitAsked(int times) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (asked.size() < times) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("The guest asked " + asked.size() + " times and not " + times);
            }
            wait(left);
        }
    }

    /** The invocation has returned: from now on every call fails. */
    public void die() {
        dead = true;
    }

    private void checkAlive() {
        if (dead) {
            throw new IllegalStateException("The host was used after its invocation had returned");
        }
    }

    @Override
    public synchronized long ask(long scope, HostCall call, Place place) throws InterruptedException {
        checkAlive();
        if (Thread.interrupted()) {
            throw new InterruptedException("Interrupted at " + call);
        }
        steps.check(scope, call);
        long ticket = tickets.incrementAndGet();
        asked.add(new Asked(ticket, scope, call, place));
        open++;
        notifyAll();
        if (!held) {
            due.add(new Answer.Reply(ticket, reply(scope, call)));
        }
        return ticket;
    }

    @Override
    public Answer next() throws InterruptedException {
        checkAlive();
        synchronized (this) {
            if (open == 0 && due.isEmpty()) {
                throw new IllegalStateException("next() with no ticket open");
            }
        }
        Answer answer = due.take();
        synchronized (this) {
            if (answer instanceof Answer.Reply) {
                open--;
            } else {
                // every later question is answered with it again
                due.add(answer);
            }
            toReplay--;
        }
        return answer;
    }

    @Override
    public void tell(HostNote note) {
        checkAlive();
        told.add(note);
        toldSomething.countDown();
    }

    @Override
    public boolean replaying() {
        checkAlive();
        return toReplay > 0;
    }
}
