/** Log lines: every {@link System.Logger} of the process ends here, and here alone standard error is written. */
package dev.dovetail.kernel.telemetry.log;
