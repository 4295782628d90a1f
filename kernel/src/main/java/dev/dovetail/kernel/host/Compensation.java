package dev.dovetail.kernel.host;

import dev.dovetail.spi.Bytes;
import java.util.Optional;

/**
 * What is to be called if a call ends with an error.
 *
 * @param callable a function's name or GTS id
 * @param version which of its versions, if a certain one
 * @param input one JSON value
 */
public record Compensation(String callable, Optional<String> version, Bytes input) {}
