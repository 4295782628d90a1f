package dev.dovetail.executor.flow.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.executor.flow.jq.Jq;
import dev.dovetail.spi.Place;
import java.util.Optional;

/**
 * A task: its work, and what is around the work of every kind.
 *
 * @param reference its JSON pointer with its name at the end
 * @param when whether it runs at all
 * @param then {@code continue}, {@code exit}, {@code end}, or the name of a task of the same list
 */
public record Task(
        String name,
        String reference,
        Place place,
        JsonNode definition,
        Optional<Jq> when,
        Optional<Value> input,
        Optional<Value> output,
        Optional<Value> export,
        Optional<Span> timeout,
        String then,
        Work work) {}
