package dev.dovetail.executor.starlark.value;

/** What {@code range} makes: an arithmetic sequence that is not stored. */
public record Range(long start, long stop, long step) {
    public long size() {
        if (step > 0 ? start >= stop : start <= stop) {
            return 0;
        }
        long distance = step > 0 ? stop - start : start - stop;
        long stride = Math.abs(step);
        return (distance - 1) / stride + 1;
    }

    public long at(long index) {
        return start + index * step;
    }

    public boolean contains(long value) {
        return (step > 0 ? value >= start && value < stop : value <= start && value > stop)
                && (value - start) % step == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Range that
                && size() == that.size()
                && (size() == 0 || start == that.start && (size() == 1 || step == that.step));
    }

    @Override
    public int hashCode() {
        return Long.hashCode(size() * 31 + (size() == 0 ? 0 : start));
    }
}
