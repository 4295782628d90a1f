/**
 * What executors share that run functions in child processes. A plugin brings a {@link dev.dovetail.worker.Language} - which
 * interpreters there are, what to start, the files that speak the protocol on the other side - and opens a
 * {@link dev.dovetail.worker.WorkerExecutor} with it. The protocol is described in {@code docs/worker-protocol.md}.
 */
package dev.dovetail.worker;
