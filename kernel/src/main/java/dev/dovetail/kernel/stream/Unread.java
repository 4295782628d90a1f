package dev.dovetail.kernel.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The events of a stream that are durable and that nobody has read, as far as they are in memory. Guarded by its log. */
final class Unread {
    private final StreamLimits limits;
    private final Deque<StreamEvent> tail = new ArrayDeque<>();
    private long bytes;
    private long readTo;
    private long readAt = System.nanoTime();

    Unread(StreamLimits limits, long readTo) {
        this.limits = limits;
        this.readTo = readTo;
    }

    /** How far whoever reads furthest has come. */
    long readTo() {
        return readTo;
    }

    /** When that was last seen to move. */
    long readAt() {
        return readAt;
    }

    /** Whether code may go on. */
    boolean inWindow() {
        return tail.size() <= limits.windowEvents() && bytes <= limits.windowBytes();
    }

    void add(List<StreamEvent> events) {
        for (StreamEvent each : events) {
            tail.add(each);
            bytes += each.weight();
        }
        trim();
    }

    /** Somebody else has written: what is here is not all, and is read from the store. */
    void forget() {
        tail.clear();
        bytes = 0;
    }

    Optional<List<StreamEvent>> after(long position) {
        return tail.isEmpty() || tail.getFirst().number() > position + 1
                ? Optional.empty()
                : Optional.of(
                        tail.stream().filter(each -> each.number() > position).toList());
    }

    /** Somebody has read so far; answers whether that is further than anybody before. */
    boolean read(long position) {
        if (position <= readTo) {
            return false;
        }
        readTo = position;
        readAt = System.nanoTime();
        trim();
        return true;
    }

    private void trim() {
        while (!tail.isEmpty() && tail.getFirst().number() <= readTo) {
            bytes -= tail.removeFirst().weight();
        }
    }
}
