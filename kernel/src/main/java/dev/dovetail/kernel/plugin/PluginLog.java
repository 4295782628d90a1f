package dev.dovetail.kernel.plugin;

import java.text.MessageFormat;
import java.util.ResourceBundle;

/**
 * Writes what a plugin logs under the plugin's name. Only text goes on: an exception or a parameter of the plugin's that a
 * log kept would keep its classes.
 */
final class PluginLog implements System.Logger {
    private final String name;
    private final System.Logger target;

    PluginLog(String id, String version) {
        this.name = "dev.dovetail.plugin." + id;
        this.target = System.getLogger(name + "@" + version);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return target.isLoggable(level);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
        if (isLoggable(level)) {
            target.log(level, thrown == null ? message : message + ": " + Boundary.told(thrown));
        }
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
        if (isLoggable(level)) {
            target.log(
                    level,
                    parameters == null || parameters.length == 0 ? format : MessageFormat.format(format, parameters));
        }
    }
}
