package dev.dovetail.executor.starlark.value;

import dev.dovetail.spi.Place;
import java.util.Map;

/** An active call of a run, as those see it who know nothing of how it is evaluated. */
public interface Active {
    /** No call is active. It is its own caller. */
    Active NONE = new Active() {
        @Override
        public Place place() {
            return Place.UNKNOWN;
        }

        @Override
        public String name() {
            return "";
        }

        @Override
        public Active caller() {
            return this;
        }
    };

    /** What it is doing now. */
    Place place();

    /** The function's name. */
    String name();

    /** The variables that have a value, in the order of their declaration, if they are to be had. */
    default Map<String, Object> variables() {
        return Map.of();
    }

    /** The call that this one came from, or {@link #NONE}. */
    Active caller();
}
