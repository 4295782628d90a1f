package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.PluginException;

/**
 * A plugin's failure in words. It holds no object or class of the plugin, and no stack trace, whose frames would: keeping it
 * keeps nothing loaded.
 */
public final class PluginFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final PluginException.Kind kind;
    private final boolean passing;

    PluginFailure(PluginException.Kind kind, String message) {
        // what was rejected, too: a password that was wrong may be made right where it is checked
        this(kind, message, kind != PluginException.Kind.BROKEN);
    }

    private PluginFailure(PluginException.Kind kind, String message, boolean passing) {
        super(message, null, false, false);
        this.kind = kind;
        this.passing = passing;
    }

    /** Of a plugin that was at fault, maybe because the machine had no time or room for it. */
    static PluginFailure brokenNow(String message) {
        return new PluginFailure(PluginException.Kind.BROKEN, message, true);
    }

    static PluginFailure broken(String message) {
        return new PluginFailure(PluginException.Kind.BROKEN, message);
    }

    public static PluginFailure unavailable(String message) {
        return new PluginFailure(PluginException.Kind.UNAVAILABLE, message);
    }

    /**
     * What a plugin gave, if it gave anything. To be asked while inside the plugin.
     *
     * @param what names the plugin's method at the beginning of a sentence
     */
    public static <R> R unlessNull(R given, String what) {
        if (given == null) {
            throw broken(what + " answered null");
        }
        return given;
    }

    /** Without what it came of, which is for logs. */
    public String inShort() {
        int causes = getMessage().indexOf(" < ");
        return causes < 0 ? getMessage() : getMessage().substring(0, causes);
    }

    /** Whether the same may go well later, with the same plugin under the same configuration. */
    boolean passing() {
        return passing;
    }

    public PluginException.Kind kind() {
        return kind;
    }
}
