package dev.dovetail.spi.rollout;

import java.time.Duration;
import java.util.Map;

/** What to do next; every step says why, in words and figures. */
public sealed interface Step {
    String why();

    /** Give the arms these shares, which sum to 100, and ask again. */
    record Shift(Map<String, Integer> shares, AskAgain again, String why) implements Step {
        public Shift {
            shares = Map.copyOf(shares);
        }
    }

    /** Move the next nodes to the candidate, and ask again. */
    record Nodes(int percent, AskAgain again, String why) implements Step {}

    record Hold(AskAgain again, String why) implements Step {}

    record AwaitPromotion(String why) implements Step {}

    record Promote(String arm, String why) implements Step {}

    record RollBack(String why) implements Step {}

    /** After this long or after this many invocations of the candidate, whichever comes first. */
    record AskAgain(Duration after, long invocations) {}
}
