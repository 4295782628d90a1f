/**
 * The same plugins on every node: what is decided about them on one is agreed on in the stores, and every node brings its own
 * to it. Its door is {@link dev.dovetail.kernel.fleet.Fleet}.
 */
package dev.dovetail.kernel.fleet;
