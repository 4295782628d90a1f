/** What workers ask of the system, as frames: between the protocol and {@link dev.dovetail.spi.host.Host}. */
package dev.dovetail.worker.host;
