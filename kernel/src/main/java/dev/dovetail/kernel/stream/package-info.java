/**
 * What streamed calls send and are sent, piece by piece: kept in the store apart from journals, read by number, with
 * back-pressure. Its door is {@link dev.dovetail.kernel.stream.Streams}.
 */
package dev.dovetail.kernel.stream;
