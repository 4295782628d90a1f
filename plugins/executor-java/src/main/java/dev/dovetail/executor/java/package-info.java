/**
 * Runs functions in Java, each in a JVM of its own. What functions are written against, and what runs beside them, is compiled
 * for Java 11 from {@code src/shim} into an archive that this plugin carries.
 */
package dev.dovetail.executor.java;
