package dev.dovetail.kernel.contract;

/** One place where a schema differs from an earlier one. */
record Difference(String path, Reach reach, String what) {
    /** What the later schema accepts, against the earlier. */
    enum Reach {
        NARROWER,
        WIDER,
        /** Neither more nor less, or more and less, or nobody can tell. */
        OTHER,
        /** Strictly it is another set of values, but nobody who keeps to either is hurt. */
        HARMLESS;

        /** Whether somebody who sends what the earlier accepted may be refused. */
        boolean breaksInput() {
            return this == NARROWER || this == OTHER;
        }

        /** Whether somebody who reads what the earlier promised may be surprised. */
        boolean breaksOutput() {
            return this == WIDER || this == OTHER;
        }

        Reach reversed() {
            return switch (this) {
                case NARROWER -> WIDER;
                case WIDER -> NARROWER;
                case OTHER -> OTHER;
                case HARMLESS -> HARMLESS;
            };
        }
    }
}
