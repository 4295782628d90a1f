package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.host.HostFunctions;
import dev.dovetail.executor.starlark.lib.Universe;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** The names that every function has without defining them. */
final class Names {
    static final Map<String, Object> ALL;

    static {
        Map<String, Object> all = new HashMap<>(Universe.ALL);
        all.putAll(HostFunctions.ALL);
        ALL = Collections.unmodifiableMap(all);
    }

    private Names() {}
}
