package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Struct;
import java.util.List;

/** The methods of structs, for code that treats input as a mapping. A field of the same name hides them. */
final class StructMethods {
    static final List<Method> ALL = List.of(
            new Method("get(key, default?, /)", (run, self, a) -> DictMethods.get(run, fields(self), a)),
            new Method("items()", (run, self, _) -> DictMethods.items(run, fields(self))),
            new Method("keys()", (run, self, _) -> DictMethods.keys(run, fields(self))),
            new Method("values()", (run, self, _) -> DictMethods.values(run, fields(self))));

    private StructMethods() {}

    private static Dict fields(Object self) {
        return ((Struct) self).fields();
    }
}
