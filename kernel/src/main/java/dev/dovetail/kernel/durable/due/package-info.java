/** What a node has to carry next. */
package dev.dovetail.kernel.durable.due;
