package dev.dovetail.kernel.contract;

/** The semantic number of a version: callers of one major can call all its later minors. */
public record Edition(int major, int minor) {
    public static final Edition FIRST = new Edition(1, 0);

    public Edition {
        if (major < 0 || minor < 0) {
            throw new IllegalArgumentException(
                    "Not an edition: " + major + "." + minor + "; expected two numbers from 0 on");
        }
    }

    /** The number of the next version. It is never the same: each version has a GTS id of its own. */
    public Edition next(Comparison.Bump bump) {
        return switch (bump) {
            case MAJOR -> new Edition(major + 1, 0);
            case MINOR, NONE -> new Edition(major, minor + 1);
        };
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
