package dev.dovetail.kernel.durable;

import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Filters in CEL over one variable, {@code event}. A filter is compiled once and kept; what evaluating it may take is bounded: its
 * length, its depth, and the turns of its loops. Patterns are matched in linear time. Thread-safe.
 */
final class CelFilters implements Filters {
    private static final int MOST_KEPT = 1000;
    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(2000)
            .maxParseRecursionDepth(50)
            .comprehensionMaxIterations(10_000)
            .enableHeterogeneousNumericComparisons(true)
            .build();

    private final Map<String, Compiled> compiled = new LinkedHashMap<>(16, 0.75f, true);

    /** One or the other is there. */
    private record Compiled(Optional<CelRuntime.Program> program, Optional<String> problem) {}

    /** Takes a second to come up, so only those wait for it who have a filter. */
    private static final class Tools {
        static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addVar("event", SimpleType.DYN)
                .setResultType(SimpleType.BOOL)
                .build();
        static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder()
                .setOptions(OPTIONS)
                .build();
    }

    @Override
    public Optional<String> problem(String filter) {
        return filter.isBlank() ? Optional.empty() : compiled(filter).problem();
    }

    @Override
    public Verdict judge(String filter, JsonNode event) {
        if (filter.isBlank()) {
            return Verdict.of(true);
        }
        Optional<CelRuntime.Program> program = compiled(filter).program();
        if (program.isEmpty()) {
            return Verdict.of(false);
        }
        try {
            return program.get().eval(Map.of("event", value(event))) instanceof Boolean fits
                    ? Verdict.of(fits)
                    : Verdict.none("it is neither true nor false of it");
        } catch (CelEvaluationException e) {
            // an event that lacks what is asked of it, or asks too much
            return Verdict.none(String.valueOf(e.getMessage()));
        }
    }

    private Compiled compiled(String filter) {
        synchronized (compiled) {
            Compiled known = compiled.get(filter);
            if (known != null) {
                return known;
            }
        }
        Compiled made = compile(filter);
        synchronized (compiled) {
            compiled.put(filter, made);
            if (compiled.size() > MOST_KEPT) {
                compiled.remove(compiled.keySet().iterator().next());
            }
        }
        return made;
    }

    private static Compiled compile(String filter) {
        CelValidationResult result = Tools.COMPILER.compile(filter);
        try {
            return new Compiled(Optional.of(Tools.RUNTIME.createProgram(result.getAst())), Optional.empty());
        } catch (CelValidationException | CelEvaluationException e) {
            return new Compiled(
                    Optional.empty(),
                    Optional.of(
                            "The filter is no CEL expression over \"event\" that is true or false: " + e.getMessage()));
        }
    }

    private static Object value(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                json.properties().forEach(each -> map.put(each.getKey(), value(each.getValue())));
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>(json.size());
                json.forEach(each -> list.add(value(each)));
                yield list;
            }
            case STRING -> json.stringValue();
            case BOOLEAN -> json.booleanValue();
            case NUMBER -> json.canConvertToLong() && json.isIntegralNumber() ? json.longValue() : json.doubleValue();
            default -> dev.cel.common.values.NullValue.NULL_VALUE;
        };
    }
}
