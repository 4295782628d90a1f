package dev.dovetail.executor.starlark.value;

import java.util.List;
import java.util.Optional;

/** A value of the embedder's: it has a type and attributes, and is equal only to itself. */
public interface Foreign {
    String type();

    Optional<Object> attribute(String name);

    List<String> attributes();
}
