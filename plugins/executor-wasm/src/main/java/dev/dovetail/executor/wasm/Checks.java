package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.CompType;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.MemoryLimits;

/** What a valid module must be beyond that to be a function: it can be called, linked, and held to its limits. */
final class Checks {
    private static final int PAGES_PER_MB = 16;

    private final WasmModule wasm;
    private final Source source;
    private final List<Problem> problems = new ArrayList<>();

    private Checks(WasmModule wasm, Source source) {
        this.wasm = wasm;
        this.source = source;
    }

    static List<Problem> of(WasmModule wasm, Source source, Launch launch, int mostElements) {
        Checks checks = new Checks(wasm, source);
        checks.entry();
        checks.imports();
        checks.memory(launch.limits().memoryMb());
        checks.tables(mostElements);
        checks.types();
        return checks.problems;
    }

    private void add(String code, String message, String remedy) {
        problems.add(Source.problem(code, message, new Place(source.file(), 0, 0), Optional.of(remedy)));
    }

    /** Whether it is called by its output rather than by an export. */
    static boolean isCommand(WasmModule wasm, Source source) {
        return Program.exported(wasm, source.export()).isEmpty()
                        && Program.exported(wasm, Program.START).isPresent()
                || source.export().equals(Program.START);
    }

    private void entry() {
        if (isCommand(wasm, source)) {
            exported(Program.START, FunctionType.empty(), "build it as a WASI command");
            if (wasm.importSection().stream().anyMatch(Checks::answersInMemory)) {
                exported(Guest.ALLOC_NAME, Guest.ALLOC, "the host's answers are put where it points");
            }
            return;
        }
        if (Program.exported(wasm, source.export()).isEmpty()) {
            add(
                    "HANDLER_NOT_FOUND",
                    "The module exports no function \"" + source.export() + "\", and no " + Program.START
                            + " as a command would; it exports " + exports(),
                    "export it, or name another in the handler");
            return;
        }
        exported(
                source.export(),
                Guest.HANDLER,
                "it takes pointer and length of the input, and answers" + " pointer << 32 | length of the output");
        exported(Guest.ALLOC_NAME, Guest.ALLOC, "the input is put where it points");
        if (Program.exported(wasm, "free").isPresent()) {
            exported("free", Guest.FREE, "it takes pointer and length");
        }
        if (Program.exports(wasm, ExternalType.MEMORY).stream()
                .noneMatch(each -> each.name().equals("memory"))) {
            add("EXPORT_MISSING", "The module exports no memory as \"memory\"", "export its memory under this name");
        }
    }

    private static boolean answersInMemory(Import each) {
        return Imports.find(each.module(), each.name())
                .filter(known -> known.module().equals("dovetail")
                        && known.type().returns().equals(Guest.HANDLER.returns())
                        && !known.name().equals("begin"))
                .isPresent();
    }

    private void exported(String name, FunctionType type, String why) {
        Optional<FunctionType> found = Program.exported(wasm, name);
        if (found.isEmpty()) {
            add("EXPORT_MISSING", "The module exports no function \"" + name + "\" of type " + type, why);
        } else if (!found.get().equals(type)) {
            add(
                    "EXPORT_TYPE",
                    "The exported function \"" + name + "\" is of type " + found.get() + "; expected " + type,
                    why);
        }
    }

    private String exports() {
        String names = Program.exports(wasm, ExternalType.FUNCTION).stream()
                .map(Export::name)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "no function" : names;
    }

    private void imports() {
        wasm.importSection().stream().forEach(each -> {
            String name = each.module() + "." + each.name();
            if (!(each instanceof FunctionImport function)) {
                add(
                        "UNKNOWN_IMPORT",
                        "The module imports " + name + ", which is no function but a "
                                + each.importType().name().toLowerCase(java.util.Locale.ROOT),
                        "define it in the module itself");
                return;
            }
            FunctionType type = wasm.typeSection().getType(function.typeIndex());
            Optional<Imports.Import> known = Imports.find(each.module(), each.name());
            if (known.isEmpty()) {
                add(
                        "UNKNOWN_IMPORT",
                        "The module imports " + name + ", which is not known",
                        "known are " + Imports.known());
            } else if (!known.get().type().equals(type)) {
                add(
                        "IMPORT_TYPE",
                        "The module imports " + name + " as " + type + ", and it is "
                                + known.get().type(),
                        "declare it so");
            }
        });
    }

    private void memory(int limitMb) {
        int count = wasm.memorySection().map(section -> section.memoryCount()).orElse(0);
        if (count > 1) {
            add("UNSUPPORTED", "The module has " + count + " memories", "use one");
        }
        if (count != 1) {
            return;
        }
        MemoryLimits limits = wasm.memorySection().orElseThrow().getMemory(0).limits();
        if (limits.shared()) {
            add(
                    "UNSUPPORTED",
                    "The module's memory is shared, and there are no threads to share it",
                    "build without threads");
        }
        if (limits.initialPages() > limitMb * PAGES_PER_MB) {
            add(
                    "MEMORY_TOO_LARGE",
                    "The module's memory begins with " + limits.initialPages()
                            + " pages of 64 KiB, which is more than its" + " limit of " + limitMb + " MB",
                    "raise memoryMb, or link the module with a smaller initial memory or stack");
        }
    }

    private void tables(int most) {
        long elements = 0;
        for (int i = 0; i < wasm.tableSection().tableCount(); i++) {
            elements += wasm.tableSection().getTable(i).limits().min();
        }
        if (elements > most) {
            add(
                    "TABLE_TOO_LARGE",
                    "The module's tables begin with " + elements + " elements; at most " + most + " are allowed",
                    "raise table-elements");
        }
    }

    // what is allocated by such types is on the kernel's heap, where nothing counts it
    private void types() {
        for (int i = 0; i < wasm.typeSection().subTypeCount(); i++) {
            CompType type = wasm.typeSection().getSubType(i).compType();
            if (type.funcType() == null) {
                add(
                        "UNSUPPORTED",
                        "The module uses garbage-collected types, whose memory cannot be limited",
                        "build it for linear memory");
                return;
            }
        }
    }
}
