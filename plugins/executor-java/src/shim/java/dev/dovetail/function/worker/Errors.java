package dev.dovetail.function.worker;

import dev.dovetail.function.FunctionException;
import dev.dovetail.function.HostException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Errors as the protocol has them. */
final class Errors {
    private static final int MOST_CAUSES = 5;
    private static final int LONGEST = 1 << 16;

    private Errors() {}

    static Map<String, Object> of(Throwable error) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("message", brief(words(error) + causes(error)));
        if (error instanceof Leave) {
            return said;
        }
        said.put("name", error.getClass().getSimpleName());
        if (error instanceof HostException) {
            said.put("refused", ((HostException) error).ask());
        } else if (error instanceof FunctionException) {
            said.put("id", ((FunctionException) error).id());
            said.put("details", ((FunctionException) error).details());
        } else if (error instanceof OutOfMemoryError) {
            said.put("memory", true);
        } else if (error instanceof NotLoaded && ((NotLoaded) error).line() > 0) {
            said.put("file", ((NotLoaded) error).file());
            said.put("line", ((NotLoaded) error).line());
            said.put("column", ((NotLoaded) error).column());
            return said;
        }
        List<Map<String, Object>> frames = Places.frames(error);
        said.put("frames", frames);
        if (!frames.isEmpty()) {
            said.put("file", frames.get(0).get("file"));
            said.put("line", frames.get(0).get("line"));
        }
        return said;
    }

    /** A text for people, and in a header: no longer than anybody reads, and without what UTF-8 does not have. */
    static String brief(String text) {
        String some = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return new String(some.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** What an error came of, as a printed trace has it: often it alone says what is wrong. */
    private static String causes(Throwable error) {
        if (error instanceof HostException || error instanceof FunctionException || error instanceof NotLoaded) {
            return "";
        }
        StringBuilder said = new StringBuilder();
        Throwable above = error;
        for (int i = 0; i < MOST_CAUSES && above.getCause() != null; i++) {
            Throwable cause = above.getCause();
            if (!cause.toString().equals(above.getMessage())) { // where it was given no words, it has its cause's
                said.append(", caused by ").append(words(cause));
            }
            above = cause;
        }
        return said.toString();
    }

    /** The kind of error says something unless it is the one for everything. */
    private static String words(Throwable error) {
        String message;
        try {
            message = error.getLocalizedMessage();
        } catch (RuntimeException e) {
            message = null; // it is the function's code
        }
        Class<?> type = error.getClass();
        boolean plain = type == RuntimeException.class
                || type == Exception.class
                || type == Error.class
                || error instanceof NotLoaded
                || error instanceof HostException
                || error instanceof FunctionException
                || error instanceof Leave;
        if (message == null || message.trim().isEmpty()) {
            return type.getSimpleName();
        }
        return plain ? message : type.getSimpleName() + ": " + message;
    }
}
