package dev.dovetail.spi.plugin;

/** How the service of a newer plugin version takes over from the service in use. */
public enum Succession {
    /** The new one opens and takes new work while the old one finishes its own. */
    OVERLAP,
    /**
     * The old one must be closed before the new one opens: it owns a port, a file lock or a schedule. Callers wait
     * meanwhile. A plugin with such a provider has no other.
     */
    HANDOVER
}
