package dev.dovetail.kernel.fleet;

import dev.dovetail.kernel.plugin.Route;
import dev.dovetail.spi.Name;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Who goes to a version that serves beside the active one.
 *
 * @param tenant all of this tenant; everybody's share if empty
 * @param percent of whoever it is for: the same sticky key goes the same way, callers without one go by chance
 */
public record Share(Optional<Name> tenant, int percent) {
    public Share {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("expected 0 to 100 percent, not " + percent);
        }
    }

    boolean takes(Route route) {
        if (tenant.isPresent() && !tenant.get().equals(route.tenant())) {
            return false;
        }
        int drawn = route.stickyKey().isEmpty()
                ? ThreadLocalRandom.current().nextInt(100)
                : Math.floorMod(route.stickyKey().hashCode(), 100);
        return drawn < percent;
    }
}
