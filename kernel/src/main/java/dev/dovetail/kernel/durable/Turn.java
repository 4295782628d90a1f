package dev.dovetail.kernel.durable;

import java.util.Optional;

/** One execution's turn to be carried: from before it is loaded until after it is put away. Thread-safe. */
final class Turn {
    private final int shard;
    private volatile Optional<Case> it = Optional.empty();
    private volatile boolean missed;

    Turn(int shard) {
        this.shard = shard;
    }

    int shard() {
        return shard;
    }

    Optional<Case> loaded() {
        return it;
    }

    void loaded(Case loaded) {
        it = Optional.of(loaded);
    }

    /** Something has come that could not be given to the execution: it is looked at once more afterwards. */
    void miss() {
        missed = true;
    }

    /** Whether something has come since its turn began that nobody has taken up. */
    boolean owed() {
        return missed || it.map(mine -> mine.mail().hasNews()).orElse(false);
    }
}
