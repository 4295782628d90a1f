package dev.dovetail.executor.wasm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.NameCustomSection;

/**
 * A module and the classes that its functions were compiled to.
 *
 * @param wasm without the functions' bodies
 * @param bytes how large the file was
 * @param functions the exported ones by name
 * @param imported how many functions come from outside, which are numbered first
 */
record Program(
        WasmModule wasm,
        Function<Instance, Machine> machines,
        int bytes,
        Map<String, FunctionType> functions,
        int imported) {
    /** The entry of a command. */
    static final String START = "_start";

    static Program of(WasmModule wasm, Function<Instance, Machine> machines, int bytes) {
        Map<String, FunctionType> functions = new HashMap<>();
        for (Export export : exports(wasm, ExternalType.FUNCTION)) {
            type(wasm, export.index()).ifPresent(type -> functions.put(export.name(), type));
        }
        int imported = wasm.importSection().count(ExternalType.FUNCTION);
        return new Program(wasm, machines, bytes, Map.copyOf(functions), imported);
    }

    /** The type of an exported function; empty if there is no function of this name. */
    static Optional<FunctionType> exported(WasmModule wasm, String name) {
        return exports(wasm, ExternalType.FUNCTION).stream()
                .filter(export -> export.name().equals(name))
                .findFirst()
                .flatMap(export -> type(wasm, export.index()));
    }

    static List<Export> exports(WasmModule wasm, ExternalType type) {
        return java.util.stream.IntStream.range(0, wasm.exportSection().exportCount())
                .mapToObj(wasm.exportSection()::getExport)
                .filter(export -> export.exportType() == type)
                .toList();
    }

    private static Optional<FunctionType> type(WasmModule wasm, int function) {
        int imports = wasm.importSection().count(ExternalType.FUNCTION);
        if (function >= imports) {
            return function - imports < wasm.functionSection().functionCount()
                    ? Optional.of(wasm.functionSection().getFunctionType(function - imports, wasm.typeSection()))
                    : Optional.empty();
        }
        return wasm.importSection().stream()
                .filter(FunctionImport.class::isInstance)
                .map(FunctionImport.class::cast)
                .skip(function)
                .findFirst()
                .map(each -> wasm.typeSection().getType(each.typeIndex()));
    }

    Optional<FunctionType> exported(String name) {
        return Optional.ofNullable(functions.get(name));
    }

    /** What a function is called: by its name section, by an export, or by its number. */
    String name(int function) {
        NameCustomSection names = wasm.nameSection();
        if (names != null && names.nameOfFunction(function) instanceof String name) {
            return name;
        }
        return exports(wasm, ExternalType.FUNCTION).stream()
                .filter(export -> export.index() == function)
                .map(Export::name)
                .findFirst()
                .orElse("func[" + function + "]");
    }
}
