package dev.dovetail.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Fails a test that failed before in this JVM, for the same reason. */
final class FirstFailures implements BeforeTestExecutionCallback, TestWatcher {
    private static final Map<String, Throwable> FAILED = new ConcurrentHashMap<>();

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        Throwable first = FAILED.get(context.getUniqueId());
        if (first != null) {
            throw new AssertionError("It failed when it ran first, which counts: " + first.getMessage(), first);
        }
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        FAILED.putIfAbsent(context.getUniqueId(), cause);
    }
}
