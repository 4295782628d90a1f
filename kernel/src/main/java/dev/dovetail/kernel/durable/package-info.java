/**
 * Carries every accepted execution to its end: queue, journal, replay, timers, retries, compensation, dead letters. The door is
 * {@link dev.dovetail.kernel.durable.Durable}.
 */
package dev.dovetail.kernel.durable;
