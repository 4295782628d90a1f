/**
 * What a node has to carry next, in the order of time and in bounded memory. Its door is
 * {@link dev.dovetail.kernel.durable.due.DueQueue}.
 */
package dev.dovetail.kernel.durable.due;
