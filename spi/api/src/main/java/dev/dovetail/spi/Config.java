package dev.dovetail.spi;

import java.time.Duration;
import java.util.List;

/**
 * A provider's validated configuration. The kernel has checked it against its provider's schema and filled in the
 * schema's defaults, so a key that the schema requires or defaults is always there. Immutable.
 *
 * <p>Every accessor throws {@link IllegalArgumentException} that names the key if there is no such key or it is of
 * another type: the schema should have said so.
 */
@KernelProvided
public interface Config {
    boolean has(String key);

    String text(String key);

    long number(String key);

    double fraction(String key);

    boolean flag(String key);

    /** An ISO-8601 duration, such as {@code PT30S}. */
    Duration duration(String key);

    List<String> texts(String key);

    /** The object under this key. */
    Config at(String key);

    /** The objects in the array under this key. */
    List<Config> each(String key);

    /** The keys that are there, in the order in which they were written. */
    List<String> keys();
}
