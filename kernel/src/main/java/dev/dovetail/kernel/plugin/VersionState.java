package dev.dovetail.kernel.plugin;

import java.util.Locale;

/** Where a version of a plugin stands. */
public enum VersionState {
    /** Installed, not in use. */
    SHELVED,
    LOADING,
    ACTIVE,
    /** Replaced, and finishing what it began. */
    DRAINING,
    /** Unloaded, but its class loader stays. */
    LINGERING,
    /** The last attempt to use it was refused. */
    REFUSED;

    /** As the API says it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
