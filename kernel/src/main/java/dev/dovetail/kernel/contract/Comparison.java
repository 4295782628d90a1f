package dev.dovetail.kernel.contract;

import java.util.List;

/**
 * How a contract differs from an earlier one.
 *
 * @param changes the breaking ones first, then by side and path
 */
public record Comparison(List<Change> changes) {
    /** What the change asks of the version's number. */
    public enum Bump {
        MAJOR,
        MINOR,
        NONE
    }

    public Comparison {
        changes = List.copyOf(changes);
    }

    public List<Change> breaking() {
        return changes.stream().filter(Change::breaking).toList();
    }

    public Bump bump() {
        if (changes.isEmpty()) {
            return Bump.NONE;
        }
        return breaking().isEmpty() ? Bump.MINOR : Bump.MAJOR;
    }
}
