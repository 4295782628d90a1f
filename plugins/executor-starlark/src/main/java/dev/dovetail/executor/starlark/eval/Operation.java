package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Operators;
import dev.dovetail.executor.starlark.value.Run;

/** What a binary operator does with two values. */
@FunctionalInterface
public interface Operation {
    Object apply(Run run, Object left, Object right);

    static Operation of(String op) {
        return switch (op) {
            case "+" -> Operators::add;
            case "-" -> Operators::subtract;
            case "*" -> Operators::multiply;
            case "/" -> (run, x, y) -> Operators.divide(x, y);
            case "//" -> Operators::floorDivide;
            case "%" -> Operators::modulo;
            case "&" -> Operators::and;
            case "|" -> Operators::or;
            case "^" -> Operators::xor;
            case "<<", ">>" -> (run, x, y) -> Operators.shift(run, x, op, y);
            default -> throw new IllegalStateException("No such operator: " + op);
        };
    }
}
