package dev.dovetail.spi;

/**
 * The one exception that a plugin throws on purpose. Its kind tells the kernel what to do; anything else that a plugin
 * throws is treated as {@link Kind#BROKEN}. Only the kind and the message cross into the kernel, never the object.
 */
public final class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What went wrong, by what can be done about it. */
    public enum Kind {
        /** The request or the configuration is wrong: retrying cannot help. */
        REJECTED,
        /** Something this plugin depends on is down: retry later. */
        UNAVAILABLE,
        /** No room for more work now: retry after some finishes. */
        EXHAUSTED,
        /** The plugin is at fault. */
        BROKEN
    }

    private final Kind kind;

    public PluginException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public PluginException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
