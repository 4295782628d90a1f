package dev.dovetail.executor.starlark.value;

import java.util.Arrays;

/** A hash table that keeps the order in which keys came: what dicts and sets are made of. */
public sealed class Table extends Changeable permits Dict, StarSet {
    /** Refuses keys that were made to collide. */
    private static final int MOST_ALIKE = 256;

    /** Clears the table of removed keys that lie in the way of others. */
    private static final int MOST_GONE = 64;

    private static final int[] NO_SLOTS = {0, 0, 0, 0};
    private static final Object GONE = new Object();

    private Object[] keys;
    private Object[] values;
    private int[] hashes;
    /** Entry number + 1, 0 for free, by hash. */
    private int[] slots = NO_SLOTS;

    private int used;
    private int size;
    /** No entry before it is there. */
    private int head;

    Table(Mutability mutability, int capacity) {
        super(mutability);
        keys = new Object[capacity];
        values = new Object[capacity];
        hashes = new int[capacity];
        if (capacity > 0) {
            slots = new int[slotsFor(capacity)];
        }
    }

    private static int slotsFor(int capacity) {
        return Math.max(8, Integer.highestOneBit(capacity * 2 - 1) * 2);
    }

    public int size() {
        return size;
    }

    /** Past the last entry: entries are numbered from 0 in their order, with gaps where some were removed. */
    public int end() {
        return used;
    }

    public boolean there(int entry) {
        return keys[entry] != GONE;
    }

    public Object key(int entry) {
        return keys[entry];
    }

    public Object value(int entry) {
        return values[entry];
    }

    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ mixed >>> 16;
    }

    /** The entry of a key that is a string, or -1. */
    public int findText(String key) {
        return find(Run.NONE, key);
    }

    /** The entry of a key, or -1. */
    public int find(Run run, Object key) {
        int hash = spread(Values.hash(key));
        if (size == 0) {
            return -1;
        }
        int mask = slots.length - 1;
        for (int slot = hash & mask; slots[slot] != 0; slot = slot + 1 & mask) {
            int entry = slots[slot] - 1;
            if (hashes[entry] == hash && keys[entry] != GONE && same(run, keys[entry], key)) {
                return entry;
            }
        }
        return -1;
    }

    private static boolean same(Run run, Object a, Object b) {
        return a == b || (a instanceof String text ? text.equals(b) : Comparing.equal(run, a, b));
    }

    /** Puts without asking whether that is allowed: for a table that nobody else has seen yet. */
    public void enter(Run run, Object key, Object value) {
        int hash = spread(Values.hash(key));
        int mask = slots.length - 1;
        int alike = 0;
        int gone = 0;
        int slot = hash & mask;
        for (; slots[slot] != 0; slot = slot + 1 & mask) {
            int entry = slots[slot] - 1;
            if (keys[entry] == GONE) {
                if (++gone > MOST_GONE) {
                    grow(run);
                    enter(run, key, value);
                    return;
                }
            } else if (hashes[entry] == hash) {
                if (same(run, keys[entry], key)) {
                    values[entry] = value;
                    return;
                }
                if (++alike > MOST_ALIKE) {
                    throw Failure.value("more than " + MOST_ALIKE + " keys with the same hash");
                }
            }
        }
        if (used == keys.length || (used + 1) * 4 > slots.length * 3) {
            grow(run);
            mask = slots.length - 1;
            slot = hash & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
        }
        keys[used] = key;
        values[used] = value;
        hashes[used] = hash;
        slots[slot] = ++used;
        size++;
    }

    private void grow(Run run) {
        int capacity = Math.max(4, size + (size >> 1) + 1);
        run.allocate(28L * capacity);
        run.work(size);
        Object[] newKeys = new Object[capacity];
        Object[] newValues = new Object[capacity];
        int[] newHashes = new int[capacity];
        int count = 0;
        for (int entry = 0; entry < used; entry++) {
            if (keys[entry] != GONE) {
                newKeys[count] = keys[entry];
                newValues[count] = values[entry];
                newHashes[count++] = hashes[entry];
            }
        }
        keys = newKeys;
        values = newValues;
        hashes = newHashes;
        used = count;
        head = 0;
        int length = slotsFor(capacity);
        slots = new int[length];
        for (int entry = 0; entry < used; entry++) {
            int slot = hashes[entry] & length - 1;
            while (slots[slot] != 0) {
                slot = slot + 1 & length - 1;
            }
            slots[slot] = entry + 1;
        }
    }

    /** Removes an entry; its slot stays taken until the table grows. */
    void drop(int entry) {
        keys[entry] = GONE;
        values[entry] = GONE;
        size--;
        if (size == 0) {
            wipe();
        } else if (entry == used - 1) {
            while (keys[used - 1] == GONE && used > size && tailFree(used - 1)) {
                used--;
            }
        }
    }

    /** Takes the last entry's slot back if no other key was put behind it. */
    private boolean tailFree(int entry) {
        int mask = slots.length - 1;
        int slot = hashes[entry] & mask;
        while (slots[slot] != entry + 1) {
            slot = slot + 1 & mask;
        }
        if (slots[slot + 1 & mask] != 0) {
            return false;
        }
        slots[slot] = 0;
        return true;
    }

    void wipe() {
        used = 0;
        size = 0;
        head = 0;
        slots = NO_SLOTS;
        keys = Callable.NO_ARGUMENTS;
        values = keys;
        hashes = new int[0];
    }

    /** The keys in their order. */
    public Object[] keys() {
        if (used == size) {
            return Arrays.copyOf(keys, size);
        }
        Object[] all = new Object[size];
        int count = 0;
        for (int entry = 0; entry < used; entry++) {
            if (keys[entry] != GONE) {
                all[count++] = keys[entry];
            }
        }
        return all;
    }

    /** The first entry, of a table that is not empty. */
    int first() {
        while (keys[head] == GONE) {
            head++;
        }
        return head;
    }
}
