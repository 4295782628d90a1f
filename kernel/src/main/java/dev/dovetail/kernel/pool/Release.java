package dev.dovetail.kernel.pool;

import dev.dovetail.spi.Name;

/** A certain version of a plugin, such as {@code executor-python 1.2.0}. */
public record Release(Name plugin, String version) {
    @Override
    public String toString() {
        return plugin + " " + version;
    }
}
