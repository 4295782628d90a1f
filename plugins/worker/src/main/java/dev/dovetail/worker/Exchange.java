package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.worker.host.Questions;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.json.JsonText;
import dev.dovetail.worker.wire.Frame;
import dev.dovetail.worker.wire.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One call in a worker, from the frame that begins it to its outcome. Runs on the thread of the caller. */
final class Exchange {
    /** What a call may have under way to the kernel that the kernel has not come to. */
    private static final long MOST_WAITING = 64L << 20;

    private static final long EACH = 1024;
    private static final Duration OVERTIME = Duration.ofSeconds(2);
    private static final Duration UNWIND = Duration.ofSeconds(1);

    private final Worker worker;
    private final Launch launch;
    private final Invocation invocation;
    private final String call;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicLong waiting = new AtomicLong();
    private final Answers answers;
    private final Host host;
    private volatile boolean over;
    private final long begun = System.nanoTime();

    /** What happens to a call. */
    private sealed interface Event {
        record Heard(Frame frame, Fields header) implements Event {}

        record Over(Ending why) implements Event {}

        /** The host wants the code to leave. */
        record Leave(Answer answer) implements Event {}

        record Broken(RuntimeException why) implements Event {}
    }

    /** @param replaying whether the worker is told that it is answered from the journal */
    Exchange(Worker worker, Launch launch, Invocation invocation, Host host, boolean replaying, String call) {
        this.worker = worker;
        this.launch = launch;
        this.invocation = invocation;
        this.host = host;
        this.call = call;
        this.answers = new Answers(host, replaying, this, worker, invocation.secrets());
    }

    String call() {
        return call;
    }

    String execution() {
        return invocation.executionId();
    }

    /** Whether whoever called should have come back long ago. */
    boolean overdue(Instant now) {
        return now.isAfter(invocation.deadline().plus(OVERTIME));
    }

    /** From the worker; answers whether there was room for it. */
    boolean heard(Frame frame, Fields header) {
        events.add(new Event.Heard(frame, header));
        if (over) {
            drop();
        }
        return waiting.addAndGet(EACH + frame.payload().size()) < MOST_WAITING;
    }

    void over(Ending why) {
        events.add(new Event.Over(why));
    }

    /** From the thread that takes the host's answers. */
    void leave(Answer answer) {
        events.add(new Event.Leave(answer));
    }

    void broken(RuntimeException why) {
        events.add(new Event.Broken(why));
    }

    Outcome run(byte[] header, Bytes input) {
        worker.begin(call, this);
        try {
            worker.send(Kind.INVOKE, header, input);
            return converse();
        } catch (IOException e) {
            return awaitOver();
        } catch (InterruptedException e) {
            return cancelled();
        } catch (RuntimeException e) {
            worker.close(); // the code still runs, and nobody listens
            throw e;
        } finally {
            worker.done(call);
            answers.end();
            over = true;
            drop();
        }
    }

    /** What came when nobody listened any more takes no room. */
    private void drop() {
        for (Event event = events.poll(); event != null; event = events.poll()) {
            if (event instanceof Event.Heard heard) {
                heard.frame().done().run();
            }
        }
    }

    private Outcome.Usage usage(Fields header) {
        long cpu = 0;
        try {
            cpu = header.number("cpuMicros", 0);
        } catch (NotJson e) {
            // what it says of itself is a courtesy
        }
        return worker.usage(cpu, System.nanoTime() - begun);
    }

    private Outcome converse() throws InterruptedException, IOException {
        while (true) {
            switch (events.take()) {
                case Event.Heard(Frame frame, Fields header) -> {
                    waiting.addAndGet(-EACH - frame.payload().size());
                    if (frame.kind() != Kind.RESULT) {
                        frame.done().run(); // the host may take its time, in which answers of others are not to wait
                    }
                    try {
                        Optional<Outcome> outcome = serve(frame.kind(), header, frame.payload());
                        if (outcome.isPresent()) {
                            return outcome.get();
                        }
                    } catch (NotJson e) {
                        worker.misbehaved("it sent a frame of kind " + frame.kind() + " in which " + e.getMessage());
                    } finally {
                        frame.done().run();
                    }
                }
                case Event.Over(Ending why) -> {
                    return new Outcome.Failed(worker.fault(why), usage(Fields.NONE));
                }
                case Event.Leave(Answer answer) -> {
                    return unwind(answer);
                }
                case Event.Broken(RuntimeException why) -> throw why;
            }
        }
    }

    private Optional<Outcome> serve(Kind kind, Fields header, Bytes payload)
            throws NotJson, InterruptedException, IOException {
        switch (kind) {
            case RESULT -> {
                return Optional.of(result(header, payload));
            }
            case ERROR -> {
                Outcome.Usage usage = usage(header);
                return Optional.of(new Outcome.Failed(fault(header, Optional.of(usage.peakBytes())), usage));
            }
            case NOTE -> host.tell(Notes.clean(Questions.note(header, payload), worker.redaction()));
            case ASK -> answers.ask(header, payload);
            case NEXT -> answers.wanted();
            default -> throw new NotJson("a call is not spoken of");
        }
        return Optional.empty();
    }

    /** What a step failed with; of what it held by itself nothing is known. */
    Fault fault(Fields error) throws NotJson {
        return fault(error, Optional.empty());
    }

    private Fault fault(Fields error, Optional<Long> peakBytes) throws NotJson {
        return Faults.of(error, launch, worker.redaction(), peakBytes, answers::refused);
    }

    private Outcome result(Fields header, Bytes payload) {
        int most = launch.limits().outputBytes();
        if (payload.size() > most) {
            return failed("The answer has " + payload.size() + " bytes; at most " + most + " are allowed", header);
        }
        try {
            Json.check(payload.toArray());
        } catch (NotJson e) {
            return failed("The answer is " + e.getMessage(), header);
        }
        return new Outcome.Returned(payload, Map.of(), usage(header));
    }

    private Outcome failed(String message, Fields header) {
        return new Outcome.Failed(Fault.of(Fault.CODE, Fault.Owner.FUNCTION, message), usage(header));
    }

    /** The link is gone, so that the reason is about to come. */
    private Outcome awaitOver() {
        try {
            for (Event event = events.take(); ; event = events.take()) {
                if (event instanceof Event.Heard heard) {
                    heard.frame().done().run();
                }
                if (event instanceof Event.Over(Ending why)) {
                    return new Outcome.Failed(worker.fault(why), usage(Fields.NONE));
                }
            }
        } catch (InterruptedException e) {
            return cancelled();
        }
    }

    /** Tells the code to leave, and kills it if it does not; whatever it answers does not count. */
    private Outcome unwind(Answer answer) {
        boolean suspend = answer instanceof Answer.Suspend;
        String why = answer instanceof Answer.Stop(Fault fault) ? fault.message() : "suspended";
        leaves(suspend ? "suspend" : "stop", why, UNWIND);
        Outcome.Usage usage = usage(Fields.NONE);
        return suspend ? new Outcome.Suspended(List.of(), usage) : new Outcome.Stopped(usage);
    }

    private Outcome cancelled() {
        if (worker.atOnce() == 1) {
            worker.close();
        } else {
            leaves("stop", "cancelled", worker.yard().settings().grace());
        }
        return new Outcome.Stopped(usage(Fields.NONE));
    }

    private void leaves(String word, String why, Duration grace) {
        byte[] header = new JsonText()
                .object()
                .field("call", call)
                .field("why", word)
                .field("message", why)
                .end()
                .utf8();
        boolean left = false;
        try {
            worker.send(Kind.STOP, header, Bytes.empty());
            left = ends(grace);
        } catch (IOException e) {
            // then it has ended already
        } catch (InterruptedException e) {
            // there is no more time to leave in peace
        }
        if (!left) {
            worker.end(new Ending(Ending.Cause.STUCK, "a call did not stop"));
            worker.close();
        }
    }

    /** Whether the call ends by itself in time. */
    private boolean ends(Duration grace) throws InterruptedException {
        long until = System.nanoTime() + grace.toNanos();
        while (true) {
            Event event = events.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event == null || event instanceof Event.Over) {
                return false;
            }
            if (event instanceof Event.Heard heard) {
                heard.frame().done().run();
                if (heard.frame().kind() == Kind.RESULT || heard.frame().kind() == Kind.ERROR) {
                    return true;
                }
            }
        }
    }
}
