package dev.dovetail.storage.h2;

import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.storage.h2.Logged.Dropped;
import dev.dovetail.storage.h2.Logged.Made;
import dev.dovetail.storage.h2.Logged.Refused;
import java.io.IOException;
import java.util.Optional;

/**
 * Which commits were answered lately, and where in the log the answer is: sixteen bytes of memory for each, since there
 * may be millions. The log itself is read only when an id seems to be known. The writer thread's alone.
 */
final class CommitIds {
    private static final int SMALLEST = 1 << 10;

    /** Two for each id, by open addressing: a hash, and a position, which is never 0. */
    private long[] table = new long[2 * SMALLEST];

    private int size;

    void add(CommitId id, long position, long oldestSegment) {
        if (size * 3 > table.length) {
            rebuild(oldestSegment);
        }
        put(hash(id), position);
    }

    private void put(long hash, long position) {
        int slot = slot(hash);
        while (table[slot + 1] != 0) {
            slot = slot + 2 & table.length - 1;
        }
        table[slot] = hash;
        table[slot + 1] = position;
        size++;
    }

    private int slot(long hash) {
        return (int) hash << 1 & table.length - 1;
    }

    /** Leaves out ids whose segment is gone, and doubles the table if that was not enough. */
    private void rebuild(long oldestSegment) {
        long[] before = table;
        int left = 0;
        for (int i = 1; i < before.length; i += 2) {
            left += before[i] >>> 32 >= oldestSegment ? 1 : 0;
        }
        int capacity = Math.max(SMALLEST, Integer.highestOneBit(left) * 4);
        table = new long[2 * capacity];
        size = 0;
        for (int i = 0; i < before.length; i += 2) {
            if (before[i + 1] >>> 32 >= oldestSegment && before[i + 1] != 0) {
                put(before[i], before[i + 1]);
            }
        }
    }

    /** What the id was answered, if it was. */
    Optional<Committed> find(CommitId id, WriteAheadLog log) throws IOException {
        long hash = hash(id);
        for (int slot = slot(hash); table[slot + 1] != 0; slot = slot + 2 & table.length - 1) {
            if (table[slot] == hash) {
                Optional<Committed> answer = log.read(table[slot + 1]).flatMap(record -> answer(record, id));
                if (answer.isPresent()) {
                    return answer;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Committed> answer(Logged record, CommitId id) {
        return switch (record) {
            case Made made when made.id().equals(id) -> Optional.of(new Done(made.version()));
            case Refused refused when refused.id().equals(id) -> Optional.of(refused.conflict());
            case Made other -> Optional.empty();
            case Refused other -> Optional.empty();
            case Dropped none -> Optional.empty();
        };
    }

    private static long hash(CommitId id) {
        String text = id.text();
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        hash *= 0x9E3779B97F4A7C15L;
        return hash ^ hash >>> 29;
    }
}
