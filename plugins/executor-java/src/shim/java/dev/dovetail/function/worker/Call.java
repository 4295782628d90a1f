package dev.dovetail.function.worker;

import dev.dovetail.function.FunctionException;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One call, as the protocol has it. Its monitor guards what is asked and answered, and whose turn it is. */
final class Call {
    private static final String NONDETERMINISTIC = "gts.x.core.faas.err.v1~x.core._.nondeterministic_wait.v1~";

    private final Link link;
    private final String number;
    private final boolean durable;
    private final Turns turns;
    private final Map<Long, Answer<?>> pending = new HashMap<>();
    private long asked;
    private int wanted;
    private boolean left;
    private boolean over;
    private Optional<FunctionException> strayed = Optional.empty();
    private volatile boolean replaying;

    /** @param threads for pieces of code that take turns with the one that called */
    Call(Link link, Map<?, ?> header, Turns.Threads threads) {
        this.link = link;
        this.number = (String) header.get("call");
        this.durable = Boolean.TRUE.equals(header.get("durable"));
        this.replaying = Boolean.TRUE.equals(header.get("replay"));
        this.turns = new Turns(this, threads);
    }

    String number() {
        return number;
    }

    Turns turns() {
        return turns;
    }

    /** Whether what the code does was done before: nobody is to hear of it again. */
    boolean replaying() {
        return replaying;
    }

    /** Runs on this thread, which is interrupted if the call has to leave. */
    synchronized void begin(Thread runner) {
        turns.begin(runner);
        if (left) {
            turns.interrupt(link);
        }
    }

    /** Whatever the code still does does not reach anybody. */
    synchronized void end() {
        over = true;
        replaying = false;
        turns.end();
        notifyAll();
    }

    /** The innermost step that this thread runs. */
    synchronized Optional<Scope> scope() {
        return turns.current().flatMap(Turns.Strand::scope);
    }

    synchronized void scope(Optional<Scope> within) {
        turns.current()
                .orElseThrow(
                        () -> new IllegalStateException("Only threads that the system calls the function on run steps"))
                .scope(within);
    }

    synchronized boolean left() {
        return left;
    }

    synchronized void check() {
        if (left) {
            throw new Leave();
        }
        if (over) {
            throw new IllegalStateException("The system can be asked only while its call runs");
        }
        if (strayed.isPresent()) {
            throw strayed.get();
        }
    }

    void tell(Map<String, Object> note, byte[] payload) {
        check();
        if (replaying) {
            return; // it was told then
        }
        note.put("call", number);
        send(Link.NOTE, note, payload);
    }

    /** Asks in the scope of the step that this thread runs; the answer comes when somebody waits for it. */
    synchronized <T> Answer<T> ask(Map<String, Object> question, byte[] payload, Function<Object, T> meaning) {
        Map<String, Object> header = new LinkedHashMap<>(question);
        Places.here(header);
        return ask(header, scope().map(Scope::number).orElse(0L), payload, meaning);
    }

    /** Asks in this scope, and does not look where. */
    synchronized <T> Answer<T> ask(
            Map<String, Object> header, long scope, byte[] payload, Function<Object, T> meaning) {
        check();
        if (durable && turns.current().isEmpty()) {
            // the thread may end with it unheard, and the handler answer as if nothing were missing
            strayed = Optional.of(new FunctionException(
                    NONDETERMINISTIC,
                    "A workflow asked the system from a thread of its own, whose turns would not be the same when it is "
                            + "replayed; use Context.parallel",
                    Map.of()));
            throw strayed.get();
        }
        Answer<T> answer = new Answer<>(this, meaning);
        pending.put(++asked, answer);
        header.put("call", number);
        header.put("ask", asked);
        if (scope != 0) {
            header.put("scope", scope);
        }
        send(Link.ASK, header, payload);
        return answer;
    }

    /** Somebody cannot go on without another answer. */
    void want() {
        if (wanted == 0 && !pending.isEmpty() && !left) {
            wanted++;
            send(Link.NEXT, Map.of("call", number), Link.NOTHING);
        }
    }

    synchronized void reply(Map<?, ?> header, byte[] payload) {
        long ask = ((Number) header.get("ask")).longValue();
        wanted--;
        if (Boolean.TRUE.equals(header.get("live"))) {
            replaying = false;
        }
        Answer<?> answer = pending.remove(ask);
        if (answer != null) {
            answer.reply(ask, header, payload);
        }
        turns.next();
    }

    synchronized void leave() {
        left = true;
        notifyAll();
        turns.interrupt(link);
        turns.next();
    }

    private void send(int kind, Map<String, ?> header, byte[] payload) {
        try {
            link.send(kind, header, payload);
        } catch (IOException e) {
            throw new Leave();
        }
    }
}
