package dev.dovetail.executor.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.operators.BinaryOperator;

/** An operator that says beforehand what it will cost: once it computes, nothing stops it. */
record Checked(BinaryOperator operator) implements BinaryOperator {
    @Override
    public JsonNode apply(ObjectMapper mapper, JsonNode left, JsonNode right) throws JsonQueryException {
        Budget budget = Budget.CURRENT.get();
        switch (operator.image()) {
            case "*" -> {
                if (left.isTextual() && right.isNumber()) {
                    budget.room(2.0 * left.textValue().length() * right.asDouble());
                } else if (right.isTextual() && left.isNumber()) {
                    budget.room(2.0 * right.textValue().length() * left.asDouble());
                }
            }
            // every element is compared with every other
            case "-" -> {
                if (left.isArray() && right.isArray()) {
                    budget.step((long) left.size() * right.size() / 4);
                }
            }
            case "+" -> budget.step((weight(left) + weight(right)) / 16);
            default -> {}
        }
        return operator.apply(mapper, left, right);
    }

    private static long weight(JsonNode value) {
        return value.isTextual() ? value.textValue().length() / 16 : value.size();
    }

    @Override
    public String image() {
        return operator.image();
    }
}
