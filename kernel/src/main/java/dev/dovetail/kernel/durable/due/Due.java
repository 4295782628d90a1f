package dev.dovetail.kernel.durable.due;

import dev.dovetail.spi.Name;
import java.time.Instant;

/** When an execution is to be carried on. */
public record Due(String id, Name tenant, int shard, Instant at) {}
