package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.value.Foreign;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Functions under a name of their own, such as {@code ctx.http}. */
record Group(String type, Map<String, Object> members) implements Foreign {
    Group {
        members = Map.copyOf(members);
    }

    @Override
    public Optional<Object> attribute(String name) {
        return Optional.ofNullable(members.get(name));
    }

    @Override
    public List<String> attributes() {
        return List.copyOf(members.keySet());
    }
}
