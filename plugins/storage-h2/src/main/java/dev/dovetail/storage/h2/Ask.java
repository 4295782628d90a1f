package dev.dovetail.storage.h2;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Range;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What a caller asks of the writer thread, and the place where it finds the answer. Waiting is not ended by an interrupt:
 * it is short, and a commit that is under way is best known.
 *
 * @param <T> the answer
 */
sealed interface Ask<T> {
    CompletableFuture<Supplier<T>> answer();

    /** Waits for the answer; a refusal is thrown here, in the caller's thread. */
    default T await() {
        return answer().join().get();
    }

    default void answer(T value) {
        answer().complete(() -> value);
    }

    default void refuse(PluginException.Kind kind, String why) {
        answer().complete(() -> {
            throw new PluginException(kind, why);
        });
    }

    record Commit(CommitId id, List<Change> changes, CompletableFuture<Supplier<Committed>> answer)
            implements Ask<Committed> {
        Commit(CommitId id, List<Change> changes) {
            this(id, changes, new CompletableFuture<>());
        }
    }

    record Drop(Range range, CompletableFuture<Supplier<Range>> answer) implements Ask<Range> {
        Drop(Range range) {
            this(range, new CompletableFuture<>());
        }
    }

    /** What there is between two groups. */
    record Look(CompletableFuture<Supplier<Seen>> answer) implements Ask<Seen> {
        Look() {
            this(new CompletableFuture<>());
        }
    }

    /** Everything at one version. */
    record Seen(long version, Moment moment) {}

    /** Ends the writer when all that was asked before is answered. */
    record End(CompletableFuture<Supplier<String>> answer) implements Ask<String> {
        End() {
            this(new CompletableFuture<>());
        }
    }
}
