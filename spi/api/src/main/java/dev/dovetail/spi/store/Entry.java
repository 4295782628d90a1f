package dev.dovetail.spi.store;

import dev.dovetail.spi.Bytes;

/**
 * What is under a key.
 *
 * @param version grows with every write of the key, over deletion too, and over restarts; at least 1
 * @param value up to one mebibyte
 */
public record Entry(Key key, long version, Bytes value) {}
