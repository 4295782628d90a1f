package dev.dovetail.spi.store;

import dev.dovetail.spi.Bytes;

/** One part of a commit. */
public sealed interface Change {
    Key key();

    Expectation expected();

    record Put(Key key, Bytes value, Expectation expected) implements Change {}

    record Delete(Key key, Expectation expected) implements Change {}

    /** Writes nothing, but must hold: how an owner proves that it still is one. */
    record Check(Key key, Expectation expected) implements Change {}
}
