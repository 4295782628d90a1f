package dev.dovetail.function.worker;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** One call, as the protocol has it. Its monitor guards what is asked and answered. */
final class Call {
    private final Link link;
    private final String number;
    private final Map<Long, Answer<?>> pending = new HashMap<>();
    private long asked;
    private int wanted;
    private boolean left;
    private boolean over;
    private Thread thread;

    Call(Link link, String number) {
        this.link = link;
        this.number = number;
    }

    String number() {
        return number;
    }

    /** Runs on this thread, which is interrupted if the call has to leave. */
    synchronized void begin(Thread runner) {
        thread = runner;
        if (left) {
            link.interrupt(thread);
        }
    }

    /** Whatever the code still does does not reach anybody. */
    synchronized void end() {
        over = true;
        thread = null;
        notifyAll();
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
    }

    void tell(Map<String, Object> note, byte[] payload) {
        check();
        note.put("call", number);
        send(Link.NOTE, note, payload);
    }

    /** Asks; the answer comes when somebody waits for it. */
    synchronized <T> Answer<T> ask(Map<String, Object> question, byte[] payload, Function<Object, T> meaning) {
        check();
        Answer<T> answer = new Answer<>(this, meaning);
        pending.put(++asked, answer);
        Map<String, Object> header = new LinkedHashMap<>(question);
        header.put("call", number);
        header.put("ask", asked);
        Places.here(header);
        send(Link.ASK, header, payload);
        return answer;
    }

    /** Somebody cannot go on without another answer. */
    void want() {
        if (wanted < pending.size() && wanted == 0) {
            wanted++;
            send(Link.NEXT, Map.of("call", number), Link.NOTHING);
        }
    }

    synchronized void reply(Map<?, ?> header, byte[] payload) {
        long ask = ((Number) header.get("ask")).longValue();
        wanted--;
        Answer<?> answer = pending.remove(ask);
        if (answer != null) {
            answer.reply(ask, header, payload);
        }
    }

    synchronized void leave() {
        left = true;
        notifyAll();
        if (thread != null) {
            link.interrupt(thread);
        }
    }

    private void send(int kind, Map<String, ?> header, byte[] payload) {
        try {
            link.send(kind, header, payload);
        } catch (IOException e) {
            throw new Leave();
        }
    }
}
