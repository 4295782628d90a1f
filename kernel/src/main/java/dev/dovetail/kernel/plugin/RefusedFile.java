package dev.dovetail.kernel.plugin;

import java.time.Instant;

/** A file in the operator's folder that was not taken, and why. */
public record RefusedFile(String file, String reason, Instant since) {}
