package dev.dovetail.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The server said no, and why: its problem document. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient JsonNode problem;

    Refused(int status, JsonNode problem) {
        super(problem.path("title").asString("The server answered " + status), null, false, false);
        this.status = status;
        this.problem = problem;
    }

    int status() {
        return status;
    }

    JsonNode problem() {
        return problem;
    }

    /** The problem in lines for people: what, why, and each field that is wrong with its value. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(Screen.plain(getMessage()) + " (" + status + code() + ")");
        String detail = problem.path("detail").asString("");
        // what the list says in full need not be said before
        JsonNode only = problem.path("errors").path(0);
        boolean listed = problem.path("errors").size() == 1
                && (detail.contains(first(only, "message"))
                        || (first(only, "path") + ": " + first(only, "message")).startsWith(detail));
        add(lines, "  ", listed ? "" : said(detail));
        for (JsonNode error : problem.path("errors")) {
            String where = first(error, "path", "field", "place");
            String value =
                    error.has("value") ? ", but was " + error.path("value").asString("") : "";
            add(lines, "  - ", (where.isEmpty() ? "" : where + ": ") + first(error, "message") + value);
            add(lines, "      ", first(error, "snippet"));
            add(lines, "      try: ", first(error, "remedy", "suggestion"));
        }
        add(lines, "  at ", problem.path("place").asString(""));
        JsonNode difference = problem.path("difference");
        add(lines, "  at ", difference.has("line") ? first(difference, "file") + ":" + first(difference, "line") : "");
        add(lines, "  execution ", problem.path("executionId").asString(""));
        add(lines, "  trace ", problem.path("traceId").asString(""));
        return lines;
    }

    /** With the calls that differ as people would say them. */
    private String said(String detail) {
        String said = detail;
        for (String member : List.of("expected", "found")) {
            String call = first(problem.path("difference"), member);
            said = call.isEmpty() ? said : said.replace(call, VersionCheck.words(call));
        }
        return said;
    }

    private String code() {
        String code = problem.path("code").asString("");
        return code.isEmpty() ? "" : ", " + Screen.plain(code);
    }

    private static String first(JsonNode node, String... members) {
        for (String member : members) {
            JsonNode found = node.path(member);
            if (!found.isMissingNode() && !found.isNull()) {
                return found.isValueNode() ? found.asString() : found.toString();
            }
        }
        return "";
    }

    private static void add(List<String> lines, String before, String text) {
        if (!text.isEmpty()) {
            lines.add(before + Screen.plain(text));
        }
    }
}
