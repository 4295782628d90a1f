package dev.dovetail.cli.local;

import dev.dovetail.spi.Name;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A runtime that an installed plugin offers.
 *
 * @param runtime such as {@code python3.11}
 * @param suffix what the name of a source file ends with, such as {@code .py}; empty if any file may
 * @param handler of a function that names none
 * @param missing what has to be installed first; empty if it is there
 * @param type of the executor
 * @param limitsSchema of the limits that only this executor has
 * @param jar the plugin
 */
public record Offer(
        String runtime,
        String suffix,
        String handler,
        Optional<String> missing,
        Name type,
        String limitsSchema,
        Path jar) {
    /** The language without its version, such as {@code python}. */
    public String language() {
        int end = runtime.length();
        while (end > 0 && !Character.isLetter(runtime.charAt(end - 1))) {
            end--;
        }
        return runtime.substring(0, end);
    }

    /** The handler of code in this file, by its name without the suffix. */
    public String handlerIn(String file) {
        int dot = handler.lastIndexOf('.');
        return dot < 0 ? handler : file + handler.substring(dot);
    }
}
