package dev.dovetail.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

final class FirstRunCountsTest {
    private static int runs;

    /** Fails when it runs first, and only then. Not found by the build: its name ends otherwise. */
    static final class FailsFirst {
        @Test
        @FirstRunCounts
        void counted() {
            fail("number " + ++runs);
        }

        @Test
        void onlyTheFirstTime() {
            if (runs < 2) {
                fail("number " + ++runs);
            }
        }
    }

    @Test
    void aFailureThatCountsIsTheSameInEveryFurtherRun() {
        runs = 0;
        assertEquals(List.of("number 1", "number 2"), failures());
        assertEquals(List.of("It failed when it ran first, which counts: number 1"), failures());
        assertEquals(2, runs);
    }

    private static List<String> failures() {
        List<String> said = new ArrayList<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(FailsFirst.class))
                .configurationParameter(
                        "junit.jupiter.testmethod.order.default", "org.junit.jupiter.api.MethodOrderer$MethodName")
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result.getThrowable().ifPresent(failure -> said.add(failure.getMessage()));
            }
        });
        return said;
    }
}
