package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Key;
import java.util.List;

/** Makes what a story has durable. */
public interface Saving {
    /**
     * Writes the story's unsaved lines with these changes, in one commit, and returns when it is durable.
     *
     * @throws Lost if the execution is another node's now
     */
    void save(Story story, List<Change> more) throws InterruptedException;

    /**
     * Asks for no more than what this node knows: for where nothing is to be written and something is about to leave.
     *
     * @throws Lost if the execution is another node's now
     */
    void check();

    /** This node does not own the execution any more: it must not write, answer, or have any further effect. */
    final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Key key;

        /** @param key whose expectation did not hold */
        public Lost(String message, Key key) {
            super(message, null, false, false);
            this.key = key;
        }

        public Key key() {
            return key;
        }
    }
}
