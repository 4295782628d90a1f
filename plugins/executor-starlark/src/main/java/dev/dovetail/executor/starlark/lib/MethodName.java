package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Octets;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.StarSet;
import dev.dovetail.executor.starlark.value.Struct;

/** A name that code calls methods by, with what each type has under it: what {@link Attributes#method} finds, found once. */
public record MethodName(
        String name, Method ofString, Method ofList, Method ofDict, Method ofSet, Method ofStruct, Method ofBytes) {
    /** The method, or {@link Method#NONE} if the value has none of this name or a field instead. */
    public Method of(Object self) {
        if (self instanceof String) {
            return ofString;
        }
        if (self instanceof Dict) {
            return ofDict;
        }
        if (self instanceof StarList) {
            return ofList;
        }
        if (self instanceof Struct struct) {
            return struct.fields().findText(name) >= 0 ? Method.NONE : ofStruct;
        }
        if (self instanceof StarSet) {
            return ofSet;
        }
        return self instanceof Octets ? ofBytes : Method.NONE;
    }
}
