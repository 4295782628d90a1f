package dev.dovetail.executor.wasm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/** The functions that modules may import, by module and name. */
final class Imports {
    /** What a guest calls, on the guest's thread; the result of a function that has none is not looked at. */
    interface Body {
        long run(Guest guest, long[] arguments);
    }

    /** A function and its type. */
    record Import(String module, String name, FunctionType type, Body body) {}

    private static final Map<String, Import> KNOWN = new LinkedHashMap<>();

    static {
        HostImports.all().forEach(Imports::know);
        Wasi.all().forEach(Imports::know);
    }

    private Imports() {}

    private static void know(Import function) {
        KNOWN.put(function.module() + "." + function.name(), function);
    }

    /**
     * @param parameters a letter each: {@code i} for i32, {@code I} for i64, {@code F} for f64
     * @param result the same, or nothing
     */
    static Import function(String module, String name, String parameters, String result, Body body) {
        return new Import(module, name, FunctionType.of(types(parameters), types(result)), body);
    }

    private static List<ValType> types(String letters) {
        List<ValType> types = new ArrayList<>();
        for (char letter : letters.toCharArray()) {
            types.add(
                    switch (letter) {
                        case 'i' -> ValType.I32;
                        case 'I' -> ValType.I64;
                        case 'F' -> ValType.F64;
                        default -> throw new IllegalArgumentException("Not a letter of a type: " + letter);
                    });
        }
        return types;
    }

    static Optional<Import> find(String module, String name) {
        return Optional.ofNullable(KNOWN.get(module + "." + name));
    }

    /** All that there is, for people. */
    static String known() {
        Map<String, List<String>> names = KNOWN.values().stream()
                .collect(Collectors.groupingBy(
                        Import::module, LinkedHashMap::new, Collectors.mapping(Import::name, Collectors.toList())));
        return names.entrySet().stream()
                .map(each -> each.getKey() + ": " + String.join(", ", each.getValue()))
                .collect(Collectors.joining("; "));
    }
}
