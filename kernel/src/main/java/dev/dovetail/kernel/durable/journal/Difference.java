package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.Place;
import java.util.Optional;

/**
 * Where code does not do again what a journal has.
 *
 * @param number of the call in the main scope, from 0
 * @param expected the call that the journal has, in words
 * @param found what the code does instead, in words
 * @param place the line that asks, if code can tell
 */
public record Difference(long number, String expected, String found, Optional<Place> place) {}
