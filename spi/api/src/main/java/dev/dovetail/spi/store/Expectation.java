package dev.dovetail.spi.store;

/** What must be so under a key for a commit to be made. */
public sealed interface Expectation {
    /** Nothing is there. */
    record Absent() implements Expectation {}

    /** The entry there has exactly this version. */
    record Version(long version) implements Expectation {}

    /** Whatever is or is not there. */
    record Anything() implements Expectation {}

    static Expectation absent() {
        return new Absent();
    }

    static Expectation version(long version) {
        return new Version(version);
    }

    static Expectation anything() {
        return new Anything();
    }
}
