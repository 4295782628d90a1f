package dev.dovetail.executor.starlark.value;

import dev.dovetail.spi.Place;

/** An active call of a run, as those see it who know nothing of how it is evaluated. */
public interface Active {
    /** No call is active. */
    Active NONE = () -> Place.UNKNOWN;

    /** What it is doing now. */
    Place place();
}
