/**
 * The one pipeline: every surface calls functions through it, in the same steps and order. Its door is
 * {@link dev.dovetail.kernel.invoke.Invoker}.
 */
package dev.dovetail.kernel.invoke;
