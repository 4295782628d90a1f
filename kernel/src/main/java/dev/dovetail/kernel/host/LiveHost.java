package dev.dovetail.kernel.host;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import java.util.List;
import java.util.Optional;

/** The host of one attempt, as the kernel holds it: made before the code runs, and ended once it has returned. */
public interface LiveHost extends Host {
    /** Takes a line that the code wrote to its standard streams. Thread-safe. */
    void print(String line);

    /** What the code said so far that nobody answers. */
    Notes notes();

    /** What the code registered to be called if it fails and nobody else has kept, in that order. */
    default List<Compensation> registered() {
        return List.of();
    }

    /** This without the secrets that the call was told. */
    Fault conceal(Fault fault);

    /** Why the code had to leave, if it had to: whatever it returned then does not count. */
    Optional<Answer> dismissed();

    /**
     * Ends everything that is still under way, and returns when it has ended: what the code began is not left running behind
     * an answer. The code gets no answer any more.
     */
    void end();
}
