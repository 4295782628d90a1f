/**
 * Functions, versions and aliases, and the one resolver. Everything is cached in memory and written through to the state
 * store; a key with an epoch tells other nodes what changed. Its door is {@link dev.dovetail.kernel.catalog.Catalog}.
 */
package dev.dovetail.kernel.catalog;
