package dev.dovetail.kernel.stream;

import dev.dovetail.kernel.stream.StreamEvent.Kind;
import dev.dovetail.spi.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What was offered to a stream and is not written. Guarded by its log. */
final class Pending {
    private final StreamLimits limits;
    private final Deque<Item> items = new ArrayDeque<>();

    Pending(StreamLimits limits) {
        this.limits = limits;
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    void add(Item item) {
        items.add(item);
    }

    /** Takes the place of what was said last of how far the code is, if nobody writes that already. */
    void addProgress(Bytes data, long written) {
        if (!items.isEmpty() && items.getLast().kind == Kind.PROGRESS && !items.getLast().taken) {
            items.removeLast();
        }
        if (!full(data.size(), written)) {
            items.add(new Item(Kind.PROGRESS, data, Optional.empty()));
        }
    }

    /**
     * Why a piece of this size is not taken now, if so.
     *
     * @param written bytes of the stream
     */
    Optional<String> tooMuch(int size, long written) {
        if (items.stream().filter(each -> each.kind == Kind.CHUNK).count() >= StreamLimits.MOST_OPEN) {
            return Optional.of("More than " + StreamLimits.MOST_OPEN + " pieces are on their way; await some first");
        }
        return full(size, written)
                ? Optional.of("The stream has " + written + " bytes; it may have " + limits.mostBytes()
                        + " (streams.max-bytes)")
                : Optional.empty();
    }

    private boolean full(int more, long written) {
        long waiting = items.stream().mapToLong(each -> each.data.size()).sum();
        return written + waiting + more > limits.mostBytes();
    }

    /** All of it, for somebody who writes it now. */
    List<Item> take() {
        items.forEach(each -> each.taken = true);
        return new ArrayList<>(items);
    }

    /** Lets go of what was written. */
    void tidy() {
        items.removeIf(each -> each.written);
    }
}
