package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.json.JsonReader;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Mutability;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;

/** Builds the structs that host calls are answered with. */
final class Structs {
    private Structs() {}

    /** @param pairs names and values in turn */
    static Struct of(Run run, Object... pairs) {
        Dict fields = new Dict(Mutability.FROZEN, pairs.length / 2);
        run.allocate(64 + 14L * pairs.length);
        for (int i = 0; i < pairs.length; i += 2) {
            fields.enter(run, pairs[i], pairs[i + 1]);
        }
        return new Struct(fields);
    }

    static Object json(Run run, Bytes json) {
        return JsonReader.frozen(run, json.toArray());
    }

    /** The envelope of an error. */
    static Struct error(Run run, Fault fault) {
        return of(run, "id", fault.id(), "message", fault.message(), "details", json(run, fault.details()));
    }
}
