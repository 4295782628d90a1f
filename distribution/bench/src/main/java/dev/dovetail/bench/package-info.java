/**
 * Benchmarks of a built Dovetail: each starts a server of its own, measures it beside a reference in the same run, and prints
 * a table. Nothing is asserted. Their door is {@link dev.dovetail.bench.Bench}.
 */
package dev.dovetail.bench;
