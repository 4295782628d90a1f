package dev.dovetail.testkit;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.plugin.Provider;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a contract's test the service as a parameter: opened before the test, closed after it, and what it left behind
 * fails the test. A parameter of type {@link Context} is what the service was opened with.
 */
public final class Opened implements ParameterResolver {
    private static final Namespace HERE = Namespace.create(Opened.class);
    /** How long a thread may take to end once its service is closed. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        Class<?> type = parameter.getParameter().getType();
        return test.getTestInstance().orElse(null) instanceof Contract<?>
                && (Context.class.isAssignableFrom(type) || AutoCloseable.class.isAssignableFrom(type))
                && type.getPackageName().startsWith("dev.dovetail.spi");
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        Open open = test.getStore(HERE)
                .computeIfAbsent(Open.class, key -> Open.of((Contract<?>) test.getRequiredTestInstance()), Open.class);
        return parameter.getParameter().getType() == Context.class ? open.workshop : open.service;
    }

    /** A service, the workshop it was opened in, and the mark of its threads; JUnit closes it with the test's store. */
    private record Open(AutoCloseable service, Workshop workshop, ThreadMark mark) implements AutoCloseable {
        static Open of(Contract<?> contract) {
            Workshop workshop = new Workshop();
            ThreadMark mark = ThreadMark.set(PATIENCE);
            Provider<?> provider = contract.provider();
            try {
                return new Open(
                        provider.open(Settings.of(provider.schema(), contract.config()), workshop), workshop, mark);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while the service opened", e);
            }
        }

        @Override
        public void close() {
            try (mark;
                    workshop) {
                service.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("The service's close threw", e);
            }
        }
    }
}
