/**
 * What functions in Java are written against. A function is a class that implements {@link dev.dovetail.function.RequestHandler}
 * or {@link dev.dovetail.function.StreamHandler}, or any public method that takes its input and a
 * {@link dev.dovetail.function.Context}, or its input alone.
 *
 * <p>Input and answer are JSON. A parameter may be a {@link java.util.Map}, a {@link java.util.List}, text, a number, a boolean,
 * an {@link java.util.Optional}, an {@link java.time.Instant}, an enum, an array, a record, or a class with a constructor without
 * parameters and public fields or setters; {@link java.lang.Object} takes whatever comes. Runs on Java 11 and later.
 */
package dev.dovetail.function;
