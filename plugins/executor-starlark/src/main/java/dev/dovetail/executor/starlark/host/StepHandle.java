package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Foreign;
import dev.dovetail.spi.host.StepPolicy;
import java.util.List;
import java.util.Optional;

/**
 * The value of type {@code step}: what is run as one, and how.
 *
 * @param function takes a context and an input
 * @param compensation takes a context, the step's input and its output
 */
record StepHandle(String name, Callable function, Optional<Callable> compensation, StepPolicy policy)
        implements Foreign {
    @Override
    public String type() {
        return "step";
    }

    @Override
    public Optional<Object> attribute(String attribute) {
        return attribute.equals("name") ? Optional.of(name) : Optional.empty();
    }

    @Override
    public List<String> attributes() {
        return List.of("name");
    }
}
