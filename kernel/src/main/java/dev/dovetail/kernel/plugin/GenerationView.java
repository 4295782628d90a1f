package dev.dovetail.kernel.plugin;

import java.time.Instant;

/**
 * One loaded copy of a plugin's version, now or formerly.
 *
 * @param generation counted over all plugins since the kernel started
 * @param state SHELVED once it is unloaded and gone
 * @param leases held now
 * @param calls made into it
 * @param failures calls that it was at fault for
 * @param since when it was loaded
 * @param cutOff leases still held when it was closed
 */
public record GenerationView(
        long generation,
        String version,
        VersionState state,
        long leases,
        long calls,
        long failures,
        Instant since,
        long cutOff) {}
