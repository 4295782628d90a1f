package dev.dovetail.storage.h2;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * H2's store and the maps in it while it works; after an error of the disk there is another. {@code STATE} is one map,
 * {@code HISTORY} one for each day, so that a day is dropped at once.
 */
record Maps(
        MVStore store,
        MVMap<String, Long> meta,
        MVMap<String, byte[]> state,
        ConcurrentNavigableMap<String, MVMap<String, byte[]>> days) {
    private static final String DAY = "history/";
    private static final int DAY_LENGTH = 8;

    /** For so long no space is reused that a reader may still be reading. */
    private static final int RETENTION_MILLIS = 5_000;

    static Maps open(Path file, int cacheMegabytes) {
        CalmFilePath.register();
        try {
            MVStore store = new MVStore.Builder()
                    .fileName(CalmFilePath.SCHEME + ":" + file)
                    .autoCommitDisabled()
                    .cacheSize(cacheMegabytes)
                    .open();
            store.setRetentionTime(RETENTION_MILLIS);
            ConcurrentNavigableMap<String, MVMap<String, byte[]>> days = new ConcurrentSkipListMap<>();
            for (String name : store.getMapNames()) {
                if (name.startsWith(DAY)) {
                    days.put(name.substring(DAY.length()), map(store, name));
                }
            }
            return new Maps(store, store.openMap("meta"), map(store, "state"), days);
        } catch (MVStoreException e) {
            throw new PluginException(Kind.UNAVAILABLE, "Cannot open the H2 file " + file + ": " + e.getMessage(), e);
        }
    }

    private static MVMap<String, byte[]> map(MVStore store, String name) {
        return store.openMap(
                name,
                new MVMap.Builder<String, byte[]>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    /** The day that a path of history begins with, or as much of it as the path has. */
    static String day(String path) {
        return path.substring(0, Math.min(DAY_LENGTH, path.length()));
    }

    /** The map that a key would be in, if there is one. */
    Optional<MVMap<String, byte[]>> find(Key key) {
        return key.space() == Space.STATE ? Optional.of(state) : Optional.ofNullable(days.get(day(key.path())));
    }

    /** The map for a key. The writing thread's. */
    MVMap<String, byte[]> make(Key key) {
        return key.space() == Space.STATE ? state : days.computeIfAbsent(day(key.path()), day -> map(store, DAY + day));
    }
}
