package dev.dovetail.kernel.stream;

import dev.dovetail.kernel.stream.StreamEvent.Kind;
import dev.dovetail.spi.Bytes;
import java.util.Optional;

/** What was offered to a stream, on its way into the store. Guarded by its log. */
final class Item {
    final Kind kind;
    final Bytes data;
    final Optional<Mark> mark;
    /** Whether somebody is writing it, so that it must stay as it is. */
    volatile boolean taken;
    /** Whether it is durable, or was already. */
    volatile boolean written;
    /** Under which number; 0 if it was there before. */
    volatile long number;

    Item(Kind kind, Bytes data, Optional<Mark> mark) {
        this.kind = kind;
        this.data = data;
        this.mark = mark;
    }
}
