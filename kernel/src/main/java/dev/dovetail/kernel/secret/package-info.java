/** Secrets: found in the stores that plugins open, kept for a moment, and kept out of what people read. Its door is {@link dev.dovetail.kernel.secret.Secrets}. */
package dev.dovetail.kernel.secret;
