package dev.dovetail.kernel.sweep;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;

/** @param owner a tenant, or who keeps the jars of plugins */
record Blob(Name owner, Digest digest) {}
