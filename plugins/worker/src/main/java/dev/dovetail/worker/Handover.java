package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.worker.json.Fields;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** What a worker says of the code that it is given: what it made of it, and that it is loaded or why not. Thread-safe. */
final class Handover {
    private final CompletableFuture<Loaded> loaded = new CompletableFuture<>();
    private final AtomicBoolean making = new AtomicBoolean();
    private volatile Bytes made = Bytes.empty();

    /** What became of the code: what the worker says of it, or why it cannot be started. */
    record Loaded(Optional<Fields> error, Fields ready, Bytes made) {}

    /** @param makes whether the worker has to tell first what it makes of the code */
    void begin(boolean makes) {
        making.set(makes);
    }

    /**
     * Takes what was told first, before any code of the function's ran. What is told later may be that code's word.
     *
     * @param misbehaved told what is wrong with a worker that was not asked, or has told already
     */
    void made(Bytes told, Consumer<String> misbehaved) {
        if (making.compareAndSet(true, false)) {
            made = told;
        } else {
            misbehaved.accept("it told what it made of its code, for which it was not asked or not again");
        }
    }

    void ready(Fields said) {
        making.set(false);
        loaded.complete(new Loaded(Optional.empty(), said, made));
    }

    void failed(Fields error) {
        loaded.complete(new Loaded(Optional.of(error), Fields.NONE, Bytes.empty()));
    }

    CompletableFuture<Loaded> loaded() {
        return loaded;
    }

    /** What is known by now; that it failed, if nothing is. */
    Loaded known() {
        return loaded.getNow(new Loaded(Optional.of(Fields.NONE), Fields.NONE, Bytes.empty()));
    }
}
