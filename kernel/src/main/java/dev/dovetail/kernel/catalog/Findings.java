package dev.dovetail.kernel.catalog;

import dev.dovetail.spi.executor.Problem;
import java.util.List;
import java.util.Locale;

/**
 * What an executor finds in a version's code.
 *
 * @param problems errors and warnings
 * @param features what the code uses that only workflows have, such as {@code sleep}; of an executor that does not look for it none
 */
public record Findings(List<Problem> problems, List<String> features) {
    /** A warning with such a code tells what is used; to whoever deployed a workflow it is none. */
    private static final String USES = "USES_";

    public Findings {
        problems = List.copyOf(problems);
        features = List.copyOf(features);
    }

    static Findings of(List<Problem> found, String kind) {
        return new Findings(
                kind.equals("workflow")
                        ? found.stream().filter(each -> !tellsUse(each)).toList()
                        : found,
                found.stream()
                        .filter(Findings::tellsUse)
                        .map(each -> each.code().substring(USES.length()).toLowerCase(Locale.ROOT))
                        .distinct()
                        .sorted()
                        .toList());
    }

    private static boolean tellsUse(Problem problem) {
        return problem.severity() == Problem.Severity.WARNING && problem.code().startsWith(USES);
    }
}
