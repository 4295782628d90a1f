package dev.dovetail.kernel.contract;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How much there is of something, beside what may be.
 *
 * @param used so many, and maybe more if {@code more}
 * @param limit beyond which it is refused; empty if it never is
 * @param of what has the most of it, where the limit is for each
 */
public record Quota(String name, long used, boolean more, OptionalLong limit, Optional<String> of) {
    public static Quota counted(String name, long used) {
        return new Quota(name, used, false, OptionalLong.empty(), Optional.empty());
    }

    public static Quota limited(String name, long used, long limit) {
        return new Quota(name, used, false, OptionalLong.of(limit), Optional.empty());
    }

    /** The same of what has the most. */
    public Quota of(String which) {
        return new Quota(name, used, more, limit, Optional.of(which));
    }

    /** What is used of the limit, as a fraction; nothing where there is none. */
    public double share() {
        return limit.isEmpty() || limit.getAsLong() == 0 ? 0 : (double) used / limit.getAsLong();
    }
}
