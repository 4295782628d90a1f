/**
 * Deletes blobs that nothing refers to any more. Its door is {@link dev.dovetail.kernel.sweep.Sweep}.
 */
package dev.dovetail.kernel.sweep;
