/**
 * Frames between the kernel and a worker, over a Unix domain socket or over standard streams. What the frames mean is in
 * {@code docs/worker-protocol.md} and is known above; here they are bytes.
 */
package dev.dovetail.worker.wire;
