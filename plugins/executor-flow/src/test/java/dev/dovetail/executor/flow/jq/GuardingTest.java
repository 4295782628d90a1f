package dev.dovetail.executor.flow.jq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Version;
import org.junit.jupiter.api.Test;

/** No part of an expression is without its guard, in those of authors and in the library's own. */
final class GuardingTest {
    private static final Set<String> NEED_NONE = Set.of(
            "ThisObject",
            "VariableAccess",
            "BooleanLiteral",
            "DoubleLiteral",
            "LongLiteral",
            "NullLiteral",
            "StringLiteral");

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> bare = new TreeSet<>();
    private int guards;

    private void look(Object object, boolean guarded) throws IllegalAccessException {
        if (object == null || !guarded && !seen.add(object)) {
            return;
        }
        if (object instanceof Collection<?> all) {
            for (Object each : all) {
                look(each, false);
            }
            return;
        }
        if (object instanceof Map<?, ?> all) {
            look(all.values(), false);
            return;
        }
        if (object instanceof Guard(Expression part, boolean _, boolean _)) {
            guards++;
            look(part, true);
            return;
        }
        String name = object.getClass().getName();
        if (!name.startsWith("net.thisptr.") && !name.startsWith("dev.dovetail.")
                || object instanceof Version
                || object.getClass().isEnum()) {
            return;
        }
        if (object instanceof Expression
                && !guarded
                && !NEED_NONE.contains(object.getClass().getSimpleName())) {
            bare.add(name);
        }
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !field.getType().isPrimitive()
                        && !type.getName().startsWith("java.")) {
                    field.setAccessible(true);
                    look(field.get(object), false);
                }
            }
        }
    }

    @Test
    void everyPartHasOne() throws Exception {
        Jq.Language language = new Jq.Language();
        for (String text : new String[] {
            "def f($a; g): g | $a; [f(1; .a), (.b, .c)[0], .d[1:2], .e[\"x\"]?, .[\"y\"], .. ]",
            "reduce .[] as [$a, {b: $c, $d, \"e\": [$f]}] (0; . + $a) | foreach .[] as $x (0; . + 1; [., $x])",
            "if .a then .b elif .c then .d else .e end | try error(\"x\") catch . | label $out | 1, break $out",
            "{a: .b, (.c): .d, \"e\\(.f)\": .g, h, $__x, \"i\"}".replace(", $__x", ""),
            ".a = 1 | .b |= . + 1 | .c += 2 | .d -= 1 | .e *= 2 | .f /= 2 | .g %= 2 | .h //= 1",
            "(.a and .b or .c) // (.d < .e) | (.f <= .g, .h > .i, .j >= .k, .l == .m, .n != .o) | -(.p) * .q / .r % .s",
            "@base64 \"\\(.a)\", @json, (.a | @uri), \"\\(.b) and \\(.c + 1)\""
        }) {
            look(language.compile(text, Set.of()), false);
        }
        look(language, false);
        assertEquals(Set.of(), bare);
        assertTrue(guards > 400, "guards: " + guards);
    }
}
