/** JSON and JSON Schema: the one place that knows the libraries for both. Its door is {@link dev.dovetail.kernel.schema.Schemas}. */
package dev.dovetail.kernel.schema;
