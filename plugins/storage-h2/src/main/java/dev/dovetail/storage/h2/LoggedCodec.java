package dev.dovetail.storage.h2;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.storage.h2.Logged.Dropped;
import dev.dovetail.storage.h2.Logged.Made;
import dev.dovetail.storage.h2.Logged.Refused;
import dev.dovetail.storage.h2.Logged.Write;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records of the write-ahead log as bytes: numbers big-endian, text in UTF-8 behind its length. */
final class LoggedCodec {
    private static final byte MADE = 1;
    private static final byte REFUSED = 2;
    private static final byte DROPPED = 3;
    private static final Space[] SPACES = Space.values();

    private LoggedCodec() {}

    /** How many bytes the record may need at the most. */
    static int bound(Logged record) {
        return switch (record) {
            case Made made -> {
                int size = 128;
                for (Write write : made.writes()) {
                    size += 32
                            + write.key().path().length()
                            + write.found().entry().map(e -> e.value().size()).orElse(0);
                }
                yield size;
            }
            case Refused refused ->
                192
                        + refused.conflict().key().path().length()
                        + refused.conflict()
                                .current()
                                .map(e -> e.value().size())
                                .orElse(0);
            case Dropped dropped ->
                64 + 3 * (dropped.range().from().length() + dropped.range().to().length());
        };
    }

    static void write(Logged record, ByteBuffer target) {
        switch (record) {
            case Made made -> {
                target.put(MADE).putLong(made.at()).putLong(made.version());
                writeText(made.id().text(), target);
                target.putInt(made.writes().size());
                for (Write write : made.writes()) {
                    writeKey(write.key(), target);
                    writeValue(write.found().entry(), target);
                }
            }
            case Refused refused -> {
                target.put(REFUSED).putLong(refused.at());
                writeText(refused.id().text(), target);
                Conflict conflict = refused.conflict();
                writeKey(conflict.key(), target);
                target.putLong(conflict.current().map(Entry::version).orElse(0L));
                writeValue(conflict.current(), target);
            }
            case Dropped dropped -> {
                target.put(DROPPED).putLong(dropped.at()).putLong(dropped.version());
                target.put((byte) dropped.range().space().ordinal());
                writeText(dropped.range().from(), target);
                writeText(dropped.range().to(), target);
            }
        }
    }

    /**
     * What is at the front of a record: enough for one that was applied long ago.
     *
     * @param version 0 if it has none
     */
    record Head(long at, long version, Optional<CommitId> id) {}

    static Head readHead(ByteBuffer source) {
        byte kind = source.get();
        if (kind < MADE || kind > DROPPED) {
            throw unknown(kind);
        }
        long at = source.getLong();
        long version = kind == REFUSED ? 0 : source.getLong();
        Optional<CommitId> id = kind == DROPPED ? Optional.empty() : Optional.of(new CommitId(readText(source)));
        return new Head(at, version, id);
    }

    static Logged read(ByteBuffer source) {
        byte kind = source.get();
        long at = source.getLong();
        return switch (kind) {
            case MADE -> {
                long version = source.getLong();
                CommitId id = new CommitId(readText(source));
                int count = source.getInt();
                List<Write> writes = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    Key key = readKey(source);
                    writes.add(new Write(key, new Found(version, readEntry(key, version, source))));
                }
                yield new Made(version, id, at, List.copyOf(writes));
            }
            case REFUSED -> {
                CommitId id = new CommitId(readText(source));
                Key key = readKey(source);
                long version = source.getLong();
                yield new Refused(id, at, new Conflict(key, readEntry(key, version, source)));
            }
            case DROPPED -> {
                long version = source.getLong();
                Space space = SPACES[source.get()];
                yield new Dropped(version, at, new Range(space, readText(source), readText(source), false));
            }
            default -> throw unknown(kind);
        };
    }

    private static IllegalArgumentException unknown(byte kind) {
        return new IllegalArgumentException("Not a kind of record: " + kind + "; expected 1, 2 or 3");
    }

    private static void writeKey(Key key, ByteBuffer target) {
        target.put((byte) key.space().ordinal());
        writeText(key.path(), target);
    }

    private static Key readKey(ByteBuffer source) {
        return new Key(SPACES[source.get()], readText(source));
    }

    private static void writeText(String text, ByteBuffer target) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        target.putInt(bytes.length).put(bytes);
    }

    private static String readText(ByteBuffer source) {
        return new String(readBytes(source.getInt(), source), StandardCharsets.UTF_8);
    }

    /** A length of -1 says that there is none. */
    private static void writeValue(Optional<Entry> entry, ByteBuffer target) {
        if (entry.isEmpty()) {
            target.putInt(-1);
            return;
        }
        Bytes value = entry.get().value();
        target.putInt(value.size()).put(value.buffer());
    }

    private static Optional<Entry> readEntry(Key key, long version, ByteBuffer source) {
        int length = source.getInt();
        return length < 0
                ? Optional.empty()
                : Optional.of(new Entry(key, version, Bytes.given(readBytes(length, source))));
    }

    private static byte[] readBytes(int length, ByteBuffer source) {
        byte[] bytes = new byte[length];
        source.get(bytes);
        return bytes;
    }
}
