/** Spans, metrics and logs. Every storey may call it; it calls none. {@link dev.dovetail.kernel.telemetry.Telemetry} is the door. */
package dev.dovetail.kernel.telemetry;
