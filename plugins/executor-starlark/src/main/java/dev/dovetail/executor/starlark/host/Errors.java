package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Mutability;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Values;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import java.util.Optional;

/** Errors that functions end with on purpose. */
final class Errors {
    private Errors() {}

    /** Ends the call with an envelope {@code {id, message, details}} of the function's own. */
    static Object exit(Run run, Object[] a) {
        Dict error = a[0] instanceof Struct struct
                ? struct.fields()
                : a[0] instanceof Dict dict ? dict : new Dict(Mutability.FROZEN);
        String id = text(error, "id", Optional.of(Fault.CODE));
        String message = text(error, "message", Optional.empty());
        int entry = error.findText("details");
        Object details = entry < 0 ? new Dict(Mutability.FROZEN) : error.value(entry);
        if (!(details instanceof Dict) && !(details instanceof Struct)) {
            throw wrong("has details of type " + Values.type(details));
        }
        for (Object key : error.keys()) {
            if (!"id".equals(key) && !"message".equals(key) && !"details".equals(key)) {
                throw wrong("has " + key);
            }
        }
        if (!isTypeId(id)) {
            throw Failure.value("not the id of an error type: \"" + id + "\"; expected gts....~");
        }
        Bytes json = Bytes.given(JsonWriter.write(run, details));
        throw new Exit(new Fault(id, Fault.Owner.FUNCTION, message, json, Optional.of(run.place())));
    }

    static boolean isTypeId(String id) {
        return id.startsWith("gts.") && id.endsWith("~");
    }

    private static String wrongText(String key, Object value) {
        throw wrong("has " + key + " of type " + Values.type(value));
    }

    private static String text(Dict error, String key, Optional<String> standard) {
        int entry = error.findText(key);
        if (entry < 0) {
            return standard.orElseThrow(() -> wrong("has no " + key));
        }
        return error.value(entry) instanceof String text ? text : wrongText(key, error.value(entry));
    }

    private static Failure wrong(String what) {
        return Failure.type(
                "an error is a dict or struct of id (a type's), message (a string) and details (an object); this one "
                        + what);
    }

    /** Whether an argument that is true unless given says so. */
    static boolean unlessFalse(Object argument) {
        return argument == Builtin.ABSENT || Values.truth(argument);
    }
}
