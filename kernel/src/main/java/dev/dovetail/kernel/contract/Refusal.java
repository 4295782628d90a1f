package dev.dovetail.kernel.contract;

import dev.dovetail.kernel.schema.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request that is not carried out, in words for the caller. Carries no stack: it is an answer, not an accident. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorType type;
    private final transient List<Problem> problems;
    private final transient Map<String, Object> more;

    private Refusal(ErrorType type, String detail, List<Problem> problems, Map<String, Object> more) {
        super(detail, null, false, false);
        this.type = type;
        this.problems = List.copyOf(problems);
        this.more = Map.copyOf(more);
    }

    public static Refusal of(ErrorType type, String detail) {
        return new Refusal(type, detail, List.of(), Map.of());
    }

    /** With the places that are wrong. */
    public static Refusal of(ErrorType type, String detail, List<Problem> problems) {
        return new Refusal(type, detail, problems, Map.of());
    }

    /** The value of one field is wrong. */
    public static Refusal field(ErrorType type, String path, String expected, String value) {
        Problem problem = new Problem(path, expected, value, "");
        return new Refusal(type, problem.told(), List.of(problem), Map.of());
    }

    /** With one more member for the problem document: text, a number, a boolean or JSON. */
    public Refusal with(String member, Object value) {
        var extended = new java.util.LinkedHashMap<>(more);
        extended.put(member, value);
        return new Refusal(type, getMessage(), problems, extended);
    }

    public ErrorType type() {
        return type;
    }

    public String detail() {
        return getMessage();
    }

    public List<Problem> problems() {
        return problems;
    }

    public Map<String, Object> more() {
        return more;
    }

    /** The seconds after which to try again, if that may help. */
    public Optional<Integer> retryAfter() {
        return Optional.ofNullable(more.get("retryAfterSeconds")).map(Integer.class::cast);
    }
}
