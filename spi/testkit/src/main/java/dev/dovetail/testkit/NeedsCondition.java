package dev.dovetail.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips what the machine lacks the means for, and notes it: one note a run for each test, in a file that begins empty. */
final class NeedsCondition implements ExecutionCondition {
    /** Where the notes go, and whether a missing thing is a failure, unless it cannot be had on this machine. */
    record Notes(Path file, boolean prove, Set<String> cannot) {
        private static final Set<Path> BEGUN = ConcurrentHashMap.newKeySet();

        static final Notes OF_THE_BUILD = new Notes(
                Path.of("target", "not-proved.txt"),
                "all".equals(System.getenv("DOVETAIL_PROVE")),
                Set.copyOf(List.of(Optional.ofNullable(System.getenv("DOVETAIL_CANNOT"))
                        .orElse("")
                        .split(","))));

        boolean demands(Need need) {
            return prove && !cannot.contains(need.name());
        }

        synchronized void add(String line) {
            try {
                begin();
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Lets go of what an earlier run noted. */
        void begin() throws IOException {
            if (BEGUN.add(file)) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<AnnotatedElement> element = context.getElement();
        List<Need> needs = AnnotationSupport.findAnnotation(element, Needs.class)
                .map(Needs::value)
                .map(List::of)
                .orElse(List.of());
        String test = context.getTestClass().map(Class::getSimpleName).orElse("")
                + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
        return decide(test, needs.stream().filter(need -> !need.met()).toList(), Notes.OF_THE_BUILD);
    }

    /** @throws IllegalStateException if something is missing and everything was to be proved */
    static ConditionEvaluationResult decide(String test, List<Need> missing, Notes notes) {
        try {
            notes.begin();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("everything that it needs is there");
        }
        String line = test + " needs " + missing.stream().map(Need::words).collect(Collectors.joining(" and "));
        if (missing.stream().anyMatch(notes::demands)) {
            throw new IllegalStateException(line + ", which is not there, and everything was to be proved");
        }
        notes.add(line);
        return ConditionEvaluationResult.disabled(line);
    }
}
