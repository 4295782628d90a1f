package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The part of an executor's contract that is about what is said when a function is deployed. */
public interface DeployContract extends SampledContract {
    @Test
    @Rule("executor/14")
    default void inspectNamesAProblemByPlace(Executor executor, Context context) throws Exception {
        List<Problem> problems = executor.inspect(launch(context, Sample.BROKEN));
        assertFalse(problems.isEmpty(), "inspect found nothing wrong with the sample BROKEN");
        Problem first = problems.getFirst();
        assertEquals(Problem.Severity.ERROR, first.severity(), first.toString());
        assertFalse(first.message().isBlank(), "the problem has no message: " + first);
        Place place = first.place().orElseThrow(() -> new AssertionError("the problem has no place: " + first));
        assertEquals(2, place.line(), "the line of " + first);
        assertTrue(
                place.file().startsWith(fileName()),
                "the file of the place is to be " + fileName() + runtime().suffix() + ", relative to the code: "
                        + first);
    }

    @Test
    @Rule("executor/15")
    default void inspectRunsNoCode(Executor executor, Context context) throws Exception {
        Lines lines = new Lines();
        var launch = launch(context, Sample.LOADING, Samples.LIMITS, Map.of(), lines);
        assertEquals(List.of(), executor.inspect(launch), "the problems of the sample LOADING");
        assertEquals(List.of(), lines.texts(), "what inspect printed");
        executor.start(launch).close();
        assertEquals(List.of("loading"), lines.texts(), "what start printed");
    }

    @Test
    @Rule("executor/16")
    default void codeThatCannotStartIsRejected(Executor executor, Context context) throws Exception {
        refused(executor, launch(context, Sample.BROKEN));
    }

    private static void refused(Executor executor, Launch launch) {
        PluginException thrown = assertThrows(
                PluginException.class, () -> executor.start(launch).close(), "start of " + launch.handler());
        assertEquals(PluginException.Kind.REJECTED, thrown.kind(), thrown.toString());
        assertFalse(thrown.getMessage().isBlank(), "start refused without words");
    }

    /**
     * Versions without what their handler needs: no file of that name, no function of that name in it, and a file outside
     * of the code's folder. Where a handler means what the code wants it to, as for programs that bring their own runtime,
     * override it with code without the program.
     */
    default List<Launch> withoutHandler(Context context) throws Exception {
        Path code = launch(context, Sample.ECHO).code();
        Path outside = launch(context, Sample.ECHO).code();
        String function = runtime().handler().substring(fileName().length());
        List<Launch> launches = new ArrayList<>();
        for (String handler : List.of(
                "nowhere.nothing", fileName() + ".nope", code.relativize(outside) + "/" + fileName() + function)) {
            launches.add(Samples.launch(runtime().name(), code, handler));
        }
        return launches;
    }

    @Test
    @Rule("executor/17")
    default void aHandlerThatIsNotThereIsAProblem(Executor executor, Context context) throws Exception {
        for (Launch launch : withoutHandler(context)) {
            List<Problem> problems = executor.inspect(launch);
            assertFalse(problems.isEmpty(), "inspect takes the handler \"" + launch.handler() + "\"");
            assertEquals(Problem.Severity.ERROR, problems.getFirst().severity(), problems.toString());
            refused(executor, launch);
        }
    }

    @Test
    @Rule("executor/21")
    default void theProviderSaysWhatItRuns(Executor executor, Context context) throws Exception {
        ExecutorProvider provider = provider();
        assertFalse(provider.runtimes().isEmpty(), "the provider has no runtime");
        for (ExecutorProvider.Runtime runtime : provider.runtimes()) {
            assertTrue(
                    runtime.handler().matches(".+\\.[^.]+"),
                    "a default handler is to have the form file.function: " + runtime);
        }
        assertTrue(
                provider.limitsSchema().contains("\"object\""),
                "the limits' schema is to be of an object: " + provider.limitsSchema());
        assertTrue(
                provider.dialects().reads().contains(provider.dialects().writes()),
                "it cannot read the dialect that it writes: " + provider.dialects());
        for (ExecutorProvider again : List.of(provider, provider())) {
            assertEquals(said(provider), said(again), "asked again, the provider says something else");
        }
    }

    private static List<Object> said(ExecutorProvider provider) {
        return List.of(
                provider.type(),
                provider.schema(),
                provider.runtimes(),
                provider.trust(),
                provider.abilities(),
                provider.dialects(),
                provider.limitsSchema());
    }
}
