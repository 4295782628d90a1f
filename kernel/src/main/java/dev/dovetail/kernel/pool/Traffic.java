package dev.dovetail.kernel.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How many instances a function needed at once, for each five minutes of the last week, and what that says of the next: people
 * come at their times of the day and of the week. Used by one thread.
 */
final class Traffic {
    /** The times that are told apart; each begins at a multiple of it since 1970. */
    static final Duration SLOT = Duration.ofMinutes(5);

    static final int DAY = (int) Duration.ofDays(1).dividedBy(SLOT);
    private static final int WEEK = 7 * DAY;
    /** A week ago is still there while the slot of now is written. */
    private static final int KEPT = WEEK + 1;

    private final int[] most = new int[KEPT];
    private long latest;

    Traffic(long latest) {
        this.latest = latest;
    }

    /**
     * What {@link #known} gave before.
     *
     * @throws IllegalArgumentException if it is longer than a week
     */
    static Traffic of(long latest, List<Integer> known) {
        if (known.size() > KEPT) {
            throw new IllegalArgumentException(known.size() + " times are known; expected " + KEPT + " at the most");
        }
        Traffic traffic = new Traffic(latest);
        for (int i = 0; i < known.size(); i++) {
            traffic.most[traffic.at(latest - i)] = known.get(i);
        }
        return traffic;
    }

    static long slot(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), SLOT.toSeconds());
    }

    /** The slot of the latest time that was noted. */
    long latest() {
        return latest;
    }

    /** Whether anybody called in the latest slot. */
    boolean isCalled() {
        return most[at(latest)] > 0;
    }

    /** What was needed in the latest slot, and in those before it; what nobody needed for a week is left out at the end. */
    List<Integer> known() {
        List<Integer> known = new ArrayList<>();
        int end = 0;
        for (int i = 0; i < KEPT; i++) {
            int there = most[at(latest - i)];
            known.add(there);
            end = there > 0 ? i + 1 : end;
        }
        return List.copyOf(known.subList(0, end));
    }

    /** So many were needed at once in this slot, at some time. What is said of a time before the latest is not heard. */
    void note(long slot, int instances) {
        if (slot < latest) {
            return; // the clock was set back
        }
        for (long next = Math.max(latest, slot - KEPT) + 1; next <= slot; next++) {
            most[at(next)] = 0;
        }
        latest = slot;
        most[at(slot)] = Math.max(most[at(slot)], instances);
    }

    /** How many were needed a day or a week before this slot or the one after it, so that they are there in time. */
    int foretold(long slot) {
        int foretold = 0;
        for (int ahead = 0; ahead <= 1; ahead++) {
            foretold = Math.max(foretold, Math.max(needed(slot + ahead - DAY), needed(slot + ahead - WEEK)));
        }
        return foretold;
    }

    private int needed(long slot) {
        return slot > latest || slot <= latest - KEPT ? 0 : most[at(slot)];
    }

    private int at(long slot) {
        return Math.floorMod(slot, KEPT);
    }
}
