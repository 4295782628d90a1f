package dev.dovetail.executor.wasm;

import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;

/** A guest's linear memory: what it holds is taken from the room that all guests share, and given back when it is closed. */
final class GuestMemory implements AtomicAccess, AutoCloseable {
    private final ByteArrayMemory pages;
    private final Room room;
    private boolean refused;
    private boolean crowded;
    private boolean closed;

    /** @throws NoRoom if not even the first pages can be had */
    GuestMemory(MemoryLimits limits, Room room) {
        if (!room.await(limits.initialPages())) {
            throw new NoRoom(room);
        }
        this.room = room;
        try {
            this.pages = new ByteArrayMemory(limits);
        } catch (OutOfMemoryError full) {
            room.give(limits.initialPages());
            throw new NoRoom(room);
        }
    }

    /** Whether the guest asked for more than it may have. */
    boolean refused() {
        return refused;
    }

    /** Whether it asked for what it might have, had others left room. */
    boolean crowded() {
        return crowded;
    }

    @Override
    public int grow(int more) {
        if (more < 0 || more > pages.maximumPages() - pages.pages()) {
            refused = true;
            return -1;
        }
        if (!room.take(more)) {
            crowded = true;
            return -1;
        }
        boolean grown = false;
        try {
            grown = pages.grow(more) >= 0;
        } catch (OutOfMemoryError full) {
            crowded = true;
        }
        if (!grown) {
            room.give(more);
            return -1;
        }
        return pages.pages() - more;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            room.give(pages.pages());
        }
    }

    @Override
    public ByteArrayMemory bytes() {
        return pages;
    }

    @Override
    public int pages() {
        return pages.pages();
    }

    @Override
    public int initialPages() {
        return pages.initialPages();
    }

    @Override
    public int maximumPages() {
        return pages.maximumPages();
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    @SuppressWarnings("removal")
    public Object lock(int address) {
        return pages.lock(address);
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, int expected, long timeout) {
        return pages.waitOn(address, expected, timeout);
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, long expected, long timeout) {
        return pages.waitOn(address, expected, timeout);
    }

    @Override
    @SuppressWarnings("removal")
    public int notify(int address, int most) {
        return pages.notify(address, most);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments) {
        pages.initialize(instance, dataSegments);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
        pages.initialize(instance, dataSegments, memoryIndex);
    }

    @Override
    public void initPassiveSegment(int segmentId, int dest, int offset, int size) {
        pages.initPassiveSegment(segmentId, dest, offset, size);
    }

    @Override
    public void write(int addr, byte[] data, int offset, int size) {
        pages.write(addr, data, offset, size);
    }

    @Override
    public byte read(int addr) {
        return pages.read(addr);
    }

    @Override
    public byte[] readBytes(int addr, int len) {
        return pages.readBytes(addr, len);
    }

    @Override
    public void writeI32(int addr, int data) {
        pages.writeI32(addr, data);
    }

    @Override
    public int readInt(int addr) {
        return pages.readInt(addr);
    }

    @Override
    public void writeLong(int addr, long data) {
        pages.writeLong(addr, data);
    }

    @Override
    public long readLong(int addr) {
        return pages.readLong(addr);
    }

    @Override
    public void writeShort(int addr, short data) {
        pages.writeShort(addr, data);
    }

    @Override
    public short readShort(int addr) {
        return pages.readShort(addr);
    }

    @Override
    public long readU16(int addr) {
        return pages.readU16(addr);
    }

    @Override
    public void writeByte(int addr, byte data) {
        pages.writeByte(addr, data);
    }

    @Override
    public void writeF32(int addr, float data) {
        pages.writeF32(addr, data);
    }

    @Override
    public long readF32(int addr) {
        return pages.readF32(addr);
    }

    @Override
    public float readFloat(int addr) {
        return pages.readFloat(addr);
    }

    @Override
    public void writeF64(int addr, double data) {
        pages.writeF64(addr, data);
    }

    @Override
    public double readDouble(int addr) {
        return pages.readDouble(addr);
    }

    @Override
    public long readF64(int addr) {
        return pages.readF64(addr);
    }

    @Override
    public void zero() {
        pages.zero();
    }

    @Override
    public void fill(byte value, int fromIndex, int toIndex) {
        pages.fill(value, fromIndex, toIndex);
    }

    @Override
    public void copy(int dest, int src, int size) {
        pages.copy(dest, src, size);
    }

    @Override
    public void drop(int segment) {
        pages.drop(segment);
    }
}
