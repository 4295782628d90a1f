package dev.dovetail.function.worker;

import dev.dovetail.function.HostException;
import dev.dovetail.function.Pending;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** An answer that is under way. */
final class Answer<T> implements Pending<T> {
    private final Call call;
    private final Function<Object, T> meaning;
    private boolean done;
    private Object value;
    private HostException refused;

    Answer(Call call, Function<Object, T> meaning) {
        this.call = call;
        this.meaning = meaning;
    }

    void reply(long ask, Map<?, ?> header, byte[] payload) {
        synchronized (call) {
            Map<?, ?> fault = (Map<?, ?>) header.get("refused");
            if (fault != null) {
                refused = new HostException(
                        String.valueOf(fault.get("id")),
                        String.valueOf(fault.get("owner")),
                        String.valueOf(fault.get("message")),
                        ask);
            } else if (header.get("run") instanceof Map) {
                value = Scope.of((Map<?, ?>) header.get("run"));
            } else if (payload.length > 0) {
                value = Json.read(payload);
            }
            done = true;
            call.notifyAll();
        }
    }

    @Override
    public boolean done() {
        synchronized (call) {
            return done;
        }
    }

    @Override
    public T get() {
        synchronized (call) {
            Optional<Turns.Strand> strand = call.turns().current();
            if (!done && strand.isPresent()) {
                call.check();
                call.turns().await(strand.get(), () -> done, false);
            }
            while (!done) {
                call.check();
                call.want();
                try {
                    call.wait();
                } catch (InterruptedException e) {
                    call.check();
                    throw new IllegalStateException("Interrupted while waiting for the system", e);
                }
            }
            call.check();
            if (refused != null) {
                // where it was asked for, and not where it came
                throw new HostException(refused.id(), refused.owner(), refused.getMessage(), refused.ask());
            }
            return meaning.apply(value);
        }
    }
}
