package dev.dovetail.executor.flow.plan;

import dev.dovetail.executor.flow.text.Document;
import dev.dovetail.spi.executor.Problem;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds what only workflows have in a document that is otherwise right, at its first place each: warnings whose code begins with
 * {@code USES_}, of which whoever calls the executor makes what the version's kind makes of them.
 */
final class Uses {
    /** A wait that is written down and no longer than this keeps nobody waiting. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    /** What is found, and what becomes of it in a function. */
    private enum Use {
        COMPENSATION("What a function did is not undone"),
        EVENT("A function does not wait for events: the call is refused"),
        APPROVAL("A function does not wait for people: the call is refused"),
        SLEEP("A function that waits holds its instance meanwhile, and does not outlive its timeout or a restart"),
        CHECKPOINT("A function has no snapshots: nothing is taken");

        private final String inFunction;

        Use(String inFunction) {
            this.inFunction = inFunction;
        }
    }

    private final Document document;
    private final Map<Use, Problem> found = new EnumMap<>(Use.class);

    private Uses(Document document) {
        this.document = document;
    }

    static List<Problem> of(Flow flow, Document document) {
        Uses uses = new Uses(document);
        Stream.concat(flow.tasks().stream(), flow.functions().values().stream())
                .flatMap(task -> Inside.of(task).stream())
                .forEach(task -> {
                    use(task.work()).ifPresent(use -> uses.add(use, task));
                    flow.undo(task).ifPresent(_ -> uses.add(Use.COMPENSATION, task));
                });
        return List.copyOf(uses.found.values());
    }

    private static Optional<Use> use(Work work) {
        return switch (work) {
            case Work.Pause(Span span) -> isShort(span) ? Optional.empty() : Optional.of(Use.SLEEP);
            case Work.Listen _ -> Optional.of(Use.EVENT);
            case Work.Ask(String function, Value _)
            when function.equals("dovetail.approval") -> Optional.of(Use.APPROVAL);
            case Work.Ask(String function, Value _)
            when function.equals("dovetail.checkpoint") -> Optional.of(Use.CHECKPOINT);
            default -> Optional.empty();
        };
    }

    private static boolean isShort(Span span) {
        return span instanceof Span.Fixed(Duration fixed) && fixed.compareTo(SHORT) <= 0;
    }

    private void add(Use use, Task task) {
        found.putIfAbsent(
                use,
                new Problem(
                        "USES_" + use,
                        Problem.Severity.WARNING,
                        use.inFunction,
                        Optional.of(task.place()),
                        document.line(task.place()),
                        Optional.of("deploy it with \"kind\": \"workflow\"")));
    }
}
