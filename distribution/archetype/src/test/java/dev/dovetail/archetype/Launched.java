package dev.dovetail.archetype;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A program that runs one class of tests and writes to a file how many there were, and what failed. */
final class Launched {
    private Launched() {}

    public static void main(String[] arguments) throws IOException {
        SummaryGeneratingListener heard = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(arguments[0]))
                                .build(),
                        heard);
        var summary = heard.getSummary();
        StringWriter failures = new StringWriter();
        try (PrintWriter writer = new PrintWriter(failures)) {
            summary.printFailuresTo(writer, 10);
        }
        Files.writeString(
                Path.of(arguments[1]),
                "run " + summary.getTestsSucceededCount() + ", failed " + summary.getTotalFailureCount() + ", skipped "
                        + (summary.getTestsAbortedCount() + summary.getTestsSkippedCount()) + failures);
        System.exit(0); // a call that does not stop must not keep the report waiting
    }
}
