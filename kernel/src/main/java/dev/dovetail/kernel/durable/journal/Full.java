package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.Fault;

/** The end of executions whose journals are too large: all of one is in memory while it is carried, and written once more at its end. */
public final class Full {
    private static final int MB = 1_000_000;

    private Full() {}

    /** Of one that has grown to what it may take. */
    static Fault fault(Story story) {
        return fault("The journal of this execution is full: it has " + story.calls() + " calls and takes about "
                + story.weight() / MB + " MB of memory, of which one may take " + story.most() / MB
                + "; let others do some of it (a call of a workflow has a journal of its own), and keep what is"
                + " large elsewhere");
    }

    /** Of one that was written where more was allowed. */
    public static Fault fault(long weight, long most) {
        return fault("The journal of this execution is too large to be carried on here: it would take about "
                + weight / MB + " MB of memory, of which one may take " + most / MB
                + "; it has ended as it was, and what it did is not undone");
    }

    private static Fault fault(String message) {
        return Fault.of(Fault.QUOTA_EXCEEDED, Fault.Owner.FUNCTION, message);
    }
}
