package dev.dovetail.testkit.executor;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks its functions up by the name in the code. A first line {@code # text} is written to the log at start. */
final class FakeExecutor implements Executor {
    private final Map<String, FakeExecutorProvider.Function> functions;

    FakeExecutor(Map<String, FakeExecutorProvider.Function> functions) {
        this.functions = functions;
    }

    private static Path file(Launch launch) {
        String handler = launch.handler();
        return launch.code()
                .resolve(handler.substring(0, Math.max(0, handler.lastIndexOf('.'))) + ".fake")
                .normalize();
    }

    private static List<String> lines(Launch launch) {
        try {
            return Files.readAllLines(file(launch));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        Path named = file(launch);
        if (!launch.handler().endsWith(".main") || !named.startsWith(launch.code()) || !Files.isRegularFile(named)) {
            return List.of(Problem.error("HANDLER_NOT_FOUND", "No file for the handler \"" + launch.handler() + "\""));
        }
        List<String> lines = lines(launch);
        String name = lines.getLast();
        if (functions.containsKey(name)) {
            return List.of();
        }
        Place place = new Place(launch.code().relativize(file(launch)).toString(), lines.size(), 1);
        return List.of(new Problem(
                "UNDEFINED_NAME",
                Problem.Severity.ERROR,
                "No function \"" + name + "\"; there are " + functions.keySet(),
                Optional.of(place),
                Optional.of(name),
                Optional.empty()));
    }

    @Override
    public Instance start(Launch launch) {
        List<Problem> problems = inspect(launch);
        if (!problems.isEmpty()) {
            throw new PluginException(
                    PluginException.Kind.REJECTED, problems.getFirst().message());
        }
        List<String> lines = lines(launch);
        if (lines.getFirst().startsWith("# ")) {
            launch.logs().line(Optional.empty(), lines.getFirst().substring(2));
        }
        return new FakeInstance(launch, functions.get(lines.getLast()));
    }

    @Override
    public void close() {}
}
