/**
 * Execution records and what functions logged, kept in compressed segments. Its door is
 * {@link dev.dovetail.kernel.record.Records}.
 */
package dev.dovetail.kernel.record;
