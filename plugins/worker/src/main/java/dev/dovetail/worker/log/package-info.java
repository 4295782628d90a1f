/** What workers write to their standard streams: made into lines, kept within bounds, and without secrets. */
package dev.dovetail.worker.log;
