package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.PluginException;
import java.io.IOException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The line between kernel and plugin: sets the context class loader, and lets no plugin exception across. The only place
 * that catches everything.
 */
final class Boundary {
    private static final int LONGEST = 2_000;
    private static final int DEEPEST = 8;
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");
    private static final Pattern SECRETS = Pattern.compile(
            "(?i)(password|passwd|secret|token|authorization|api[-_]?key)([\"']?\\s*[=:]\\s*[\"']?)[^\\s,;&\"'}]+");
    private static final Pattern USER_INFO = Pattern.compile("://[^/\\s@]+@");

    private Boundary() {}

    /**
     * Calls into a plugin.
     *
     * @throws PluginFailure in place of whatever the plugin threw
     * @throws InterruptedException if the call was interrupted; not the plugin's, which holds the plugin's frames
     */
    static <T, R> R cross(ClassLoader plugin, Use<? super T, R> use, T service) throws InterruptedException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(plugin);
        try {
            return use.with(service);
        } catch (InterruptedException e) {
            throw new InterruptedException();
        } catch (OutOfMemoryError e) {
            throw new OutOfMemoryError("in a plugin");
        } catch (PluginFailure e) {
            // a plugin further down failed, and this one passed it on
            throw e;
        } catch (Throwable e) {
            throw new PluginFailure(kindOf(e), told(e));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static PluginException.Kind kindOf(Throwable thrown) {
        return switch (thrown) {
            case PluginException e -> e.kind();
            case IOException e -> PluginException.Kind.UNAVAILABLE;
            default -> PluginException.Kind.BROKEN;
        };
    }

    /** What a plugin threw, in words: bounded, on one line, without what looks like a secret. */
    static String told(Throwable thrown) {
        StringBuilder told = new StringBuilder();
        Throwable each = thrown;
        Throwable root = thrown;
        for (int depth = 0; depth < DEEPEST && each != null && told.length() < LONGEST; depth++) {
            told.append(depth == 0 ? "" : " < ").append(said(each));
            root = each;
            each = causeOf(each);
        }
        // whoever throws a PluginException has found the words; of anything else the place says most
        String place = thrown instanceof PluginException ? "" : place(root);
        return redacted(told.toString()) + place;
    }

    private static String said(Throwable thrown) {
        try {
            return thrown instanceof PluginException
                    ? String.valueOf(thrown.getMessage())
                    : String.valueOf(thrown.toString());
        } catch (Throwable e) { // toString is the plugin's code too
            return thrown.getClass().getName() + " (whose toString throws "
                    + e.getClass().getName() + ")";
        }
    }

    /** The line of the plugin, or of a library of its own, where it came to that. */
    private static String place(Throwable thrown) {
        try {
            return Stream.of(thrown.getStackTrace())
                    .filter(Boundary::isPlugins)
                    .findFirst()
                    .map(frame -> ", at " + frame.getClassName() + "." + frame.getMethodName() + "("
                            + frame.getFileName() + ":" + frame.getLineNumber() + ")")
                    .orElse("");
        } catch (Throwable e) {
            return "";
        }
    }

    private static boolean isPlugins(StackTraceElement frame) {
        return frame.getModuleName() == null
                && !frame.getClassName().startsWith("dev.dovetail.kernel.")
                && !frame.getClassName().startsWith("dev.dovetail.spi.");
    }

    private static Throwable causeOf(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable e) {
            return null;
        }
    }

    static String redacted(String text) {
        String line = CONTROLS.matcher(text).replaceAll(" ");
        String kept =
                USER_INFO.matcher(SECRETS.matcher(line).replaceAll("$1$2***")).replaceAll("://***@");
        return kept.length() <= LONGEST ? kept : kept.substring(0, LONGEST) + "...";
    }
}
