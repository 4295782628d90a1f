/** Runs a workflow: its tasks, the lines that run at once, and what they ask of the host. */
package dev.dovetail.executor.flow.run;
