/**
 * Child processes apart from the machine. {@link dev.dovetail.worker.sandbox.Sandbox} is what to open; it knows nothing of
 * languages and protocols.
 */
package dev.dovetail.worker.sandbox;
