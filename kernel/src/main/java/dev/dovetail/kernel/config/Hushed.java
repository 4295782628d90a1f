package dev.dovetail.kernel.config;

import dev.dovetail.kernel.schema.Problem;
import java.util.regex.Pattern;

/** What is said of a configuration ends up in logs, where tokens and passwords have no place. */
final class Hushed {
    private static final String SECRET = "[^\"]*(?:token|password|secret|credential|private|[-_.]key|apikey)[^\"/]*";
    private static final Pattern NAME = Pattern.compile(".*/" + SECRET + "(?:/.*)?", Pattern.CASE_INSENSITIVE);

    /** With its value, which may have been cut off. */
    private static final Pattern MEMBER =
            Pattern.compile("(\"" + SECRET + "\":)\"(?:\\\\.|[^\"\\\\])*+\"?", Pattern.CASE_INSENSITIVE);

    private Hushed() {}

    /** In one sentence, without what may be secret in the value that it is about. */
    static String told(Problem problem) {
        String shown = NAME.matcher(problem.path()).matches()
                ? ""
                : MEMBER.matcher(problem.value()).replaceAll("$1\"...\"");
        return new Problem(problem.path(), problem.message(), shown, problem.keyword(), problem.snippet()).told();
    }
}
