package dev.dovetail.executor.starlark.value;

/** What sets are combined to; the left one's order comes first. */
public final class Sets {
    private Sets() {}

    /** A new set of these items. */
    public static StarSet of(Run run, Object[] items) {
        StarSet set = new StarSet(run.mutability());
        for (Object item : items) {
            run.work(16);
            set.enter(run, item);
        }
        return set;
    }

    public static StarSet union(Run run, StarSet a, Table b) {
        StarSet all = of(run, a.keys());
        for (Object item : b.keys()) {
            run.work(16);
            all.enter(run, item);
        }
        return all;
    }

    public static StarSet intersection(Run run, StarSet a, Table b) {
        return filtered(run, a, b, true);
    }

    public static StarSet difference(Run run, StarSet a, Table b) {
        return filtered(run, a, b, false);
    }

    private static StarSet filtered(Run run, Table a, Table b, boolean there) {
        StarSet some = new StarSet(run.mutability());
        for (Object item : a.keys()) {
            run.work(16);
            if (b.find(run, item) >= 0 == there) {
                some.enter(run, item);
            }
        }
        return some;
    }

    public static StarSet symmetric(Run run, StarSet a, Table b) {
        StarSet some = difference(run, a, b);
        for (Object item : b.keys()) {
            run.work(16);
            if (a.find(run, item) < 0) {
                some.enter(run, item);
            }
        }
        return some;
    }

    /** Makes a set hold what another one holds. */
    public static void become(Run run, StarSet set, StarSet other) {
        set.clear();
        for (Object item : other.keys()) {
            set.enter(run, item);
        }
    }
}
