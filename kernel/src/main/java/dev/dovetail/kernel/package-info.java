/** The composition root: the only place that knows all storeys. */
package dev.dovetail.kernel;
