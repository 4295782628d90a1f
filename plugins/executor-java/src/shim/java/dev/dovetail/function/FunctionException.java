package dev.dovetail.function;

import java.util.Map;

/** Ends a call with an error of the function's own. */
public final class FunctionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String id;
    private final transient Map<String, Object> details;

    /**
     * @param id of an error's type, {@code gts....~}
     * @param details become JSON
     */
    public FunctionException(String id, String message, Map<String, Object> details) {
        super(message);
        this.id = id;
        this.details = Map.copyOf(details);
    }

    public String id() {
        return id;
    }

    public Map<String, Object> details() {
        return details;
    }
}
