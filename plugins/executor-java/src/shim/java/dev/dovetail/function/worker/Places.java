package dev.dovetail.function.worker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where in the function's source something happened. */
final class Places {
    /** The loader of the function's code is called so, and none else. */
    static final String LOADER = "function";

    private static final int MOST_FRAMES = 50;

    private Places() {}

    /** Adds the innermost line of the function's on this thread. */
    static void here(Map<String, Object> header) {
        Optional<StackTraceElement> frame = StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::toStackTraceElement)
                        .filter(Places::own)
                        .findFirst());
        frame.ifPresent(at -> put(header, at));
    }

    private static boolean own(StackTraceElement frame) {
        return LOADER.equals(frame.getClassLoaderName());
    }

    private static void put(Map<String, Object> header, StackTraceElement frame) {
        header.put("file", file(frame));
        header.put("line", Math.max(0, frame.getLineNumber()));
    }

    /** Source files lie in folders as their packages say. */
    private static String file(StackTraceElement frame) {
        String name = frame.getClassName();
        int dot = name.lastIndexOf('.');
        String folder = dot < 0 ? "" : name.substring(0, dot + 1).replace('.', '/');
        return folder + (frame.getFileName() == null ? name.substring(dot + 1) + ".java" : frame.getFileName());
    }

    static List<Map<String, Object>> frames(Throwable error) {
        List<Map<String, Object>> frames = new ArrayList<>();
        for (StackTraceElement each : error.getStackTrace()) {
            if (own(each) && frames.size() < MOST_FRAMES) {
                Map<String, Object> frame = new LinkedHashMap<>();
                frame.put("function", each.getMethodName());
                put(frame, each);
                frames.add(frame);
            }
        }
        return frames;
    }
}
