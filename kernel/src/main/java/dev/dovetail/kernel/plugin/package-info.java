/**
 * Loads, lends, swaps and unloads plugins.
 *
 * <p>The door is {@link dev.dovetail.kernel.plugin.Plugins}. Whoever needs a plugin's service takes a
 * {@link dev.dovetail.kernel.plugin.Lease} from its {@link dev.dovetail.kernel.plugin.Slot} and uses it there; nothing in
 * the kernel holds a plugin's object without one.
 */
package dev.dovetail.kernel.plugin;
