package dev.dovetail.storage.postgres;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A commit that waits for a writer, and the place where its caller finds the answer. */
record Ask(CommitId id, List<Change> changes, CompletableFuture<Supplier<Committed>> answer) {
    Ask(CommitId id, List<Change> changes) {
        this(id, changes, new CompletableFuture<>());
    }

    /** Waits, whether or not the thread is interrupted; a refusal is thrown here, in the caller's thread. */
    Committed await() {
        return answer.join().get();
    }

    void answer(Committed value) {
        answer.complete(() -> value);
    }

    void refuse(PluginException.Kind kind, String why) {
        answer.complete(() -> {
            throw new PluginException(kind, why);
        });
    }

    /** How many bytes it has, about. */
    long size() {
        long size = 0;
        for (Change change : changes) {
            size += change.key().path().length()
                    + (change instanceof Change.Put put ? put.value().size() : 0);
        }
        return size;
    }
}
