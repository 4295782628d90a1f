package dev.dovetail.executor.flow;

import dev.dovetail.executor.flow.jq.Jq;
import dev.dovetail.executor.flow.jq.Room;
import dev.dovetail.executor.flow.plan.Flow;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** Runs workflows on the threads of its callers, but for branches that run at once. */
final class FlowExecutor implements Executor {
    private final ThreadFactory threads;
    private final ThreadFactory deep;
    private final Room room;
    private Optional<Jq.Language> language = Optional.empty();

    /**
     * @param threads for branches; virtual ones will do
     * @param deep for expressions that are evaluated deep inside of themselves
     * @param room what the values of all calls may hold together
     */
    FlowExecutor(ThreadFactory threads, ThreadFactory deep, Room room) {
        this.room = room;
        this.threads = threads;
        this.deep = deep;
    }

    /** Takes a while to come up, so only those wait for it who have a workflow. */
    private synchronized Jq.Language language() {
        if (language.isEmpty()) {
            language = Optional.of(new Jq.Language());
        }
        return language.get();
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        return Code.read(launch, language()).problems();
    }

    @Override
    public Instance start(Launch launch) {
        Flow.Read read = Code.read(launch, language());
        if (read.flow().isEmpty()) {
            Problem first = read.problems().stream()
                    .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                    .findFirst()
                    .orElseThrow();
            throw new PluginException(
                    PluginException.Kind.REJECTED,
                    first.place().map(place -> place + ": ").orElse("") + first.message());
        }
        return new FlowInstance(launch, read.flow().get(), threads, deep, room);
    }

    @Override
    public void close() {
        // nothing is open: what runs is the instances'
    }
}
