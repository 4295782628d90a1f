package dev.dovetail.worker;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.log.LogWatch;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Workers that have loaded a version's code and of which its instances are made: the first start of a version makes one, if
 * there is room for one, and the code does not do what a fork would share or lose. Thread-safe.
 */
final class Templates implements LogWatch.Looked, AutoCloseable {
    /** After this many versions that cannot have one, all are tried again. */
    private static final int REMEMBERED = 1024;

    private static final Launch.LogSink NO_LOGS = (execution, text) -> {};

    private final Yard yard;
    private final int most;
    private final Duration kept;
    private final Map<Launch, CompletableFuture<Optional<Template>>> known = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Starts a process for a version and hands the code over. */
    interface Fresh {
        /** @param template whether it shall take no calls if it can be made more of */
        Loaded load(boolean template) throws InterruptedException;
    }

    /**
     * @param sockets the directory of the machine's that it sees as {@link Layout#SOCKETS}
     * @param said what it says of itself
     */
    record Loaded(Worker worker, Path sockets, Fields said) {}

    /** Hands the code over to a process that was made of one that has it. */
    interface Again {
        void load(Worker worker) throws InterruptedException;
    }

    /**
     * @param most that are there at once
     * @param kept how long one is kept of which nothing lives
     */
    Templates(Yard yard, int most, Duration kept) {
        this.yard = yard;
        this.most = most;
        this.kept = kept;
        yard.logs().watch(this);
    }

    /** A worker for this version with its code in it, made in the quickest way there is. */
    Worker worker(Launch launch, Fresh fresh, Again again) throws InterruptedException {
        Launch key = key(launch);
        CompletableFuture<Optional<Template>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<Template>> theirs = known.putIfAbsent(key, mine);
        if (theirs == null) {
            return first(key, mine, launch, fresh, again);
        }
        Optional<Template> template = await(theirs);
        if (template.isPresent()) {
            Optional<Worker> forked = fork(template.get(), again);
            if (forked.isPresent()) {
                return forked.get();
            }
            if (!template.get().alive()) {
                known.remove(key, theirs);
            }
        }
        return fresh.load(false).worker();
    }

    private static Launch key(Launch launch) {
        return new Launch(
                launch.version(),
                launch.runtime(),
                launch.code(),
                launch.layers(),
                launch.handler(),
                launch.environment(),
                launch.limits(),
                launch.atLeast(),
                launch.egress(),
                launch.capabilities(),
                launch.concurrency(),
                NO_LOGS);
    }

    private static Optional<Template> await(CompletableFuture<Optional<Template>> coming) throws InterruptedException {
        try {
            return coming.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("A template's start failed", e.getCause());
        }
    }

    private Worker first(
            Launch key, CompletableFuture<Optional<Template>> mine, Launch launch, Fresh fresh, Again again)
            throws InterruptedException {
        Optional<Template> made = Optional.empty();
        boolean never = false;
        try {
            if (!room(key)) {
                return fresh.load(false).worker();
            }
            Loaded loaded = fresh.load(true);
            String unfit = unfit(loaded.said());
            if (!unfit.isEmpty()) {
                never = true;
                say(launch, unfit);
                return loaded.worker();
            }
            made = Optional.of(new Template(yard, loaded.worker(), loaded.sockets()));
            List<Instance.Stage> stages = loaded.worker().stages();
            mine.complete(made);
            Optional<Worker> forked = fork(made.get(), again);
            forked.ifPresent(worker -> worker.after(stages));
            return forked.isPresent() ? forked.get() : fresh.load(false).worker();
        } finally {
            if (made.isEmpty() && !never) {
                known.remove(key, mine);
            }
            mine.complete(made);
            if (closed) {
                made.ifPresent(Template::close);
            }
        }
    }

    private static String unfit(Fields said) {
        try {
            return said.text("unfit", said.flag("forks") ? "" : "its worker cannot fork");
        } catch (NotJson e) {
            return "its worker does not say whether it can fork";
        }
    }

    private void say(Launch launch, String unfit) {
        launch.logs()
                .line(
                        Optional.empty(),
                        "(instances of this version are started one by one and not forked: after loading, " + unfit
                                + ")");
        yard.context()
                .log()
                .log(
                        Level.INFO,
                        "Instances of " + launch.version() + " are started one by one and not forked: after loading, "
                                + unfit);
    }

    private Optional<Worker> fork(Template template, Again again) throws InterruptedException {
        Worker forked;
        try {
            forked = template.fork();
        } catch (IOException e) {
            yard.context().log().log(Level.WARNING, "A worker could not be forked and is started: " + e.getMessage());
            return Optional.empty();
        }
        boolean loaded = false;
        try {
            again.load(forked);
            loaded = true;
            return Optional.of(forked);
        } catch (PluginException e) {
            if (e.kind() == Kind.REJECTED && template.alive()) {
                throw e;
            }
            return Optional.empty(); // the template ended just then
        } finally {
            if (!loaded) {
                forked.close();
            }
        }
    }

    /** Whether there may be another one; ends for it the one that was not needed for longest. */
    private synchronized boolean room(Launch key) {
        if (known.size() > REMEMBERED) {
            known.entrySet()
                    .removeIf(each ->
                            each.getValue().isDone() && each.getValue().join().isEmpty());
        }
        long there = known.entrySet().stream()
                .filter(each -> !each.getKey().equals(key))
                .filter(each ->
                        !each.getValue().isDone() || each.getValue().join().isPresent())
                .count();
        if (closed || there < most) {
            return !closed;
        }
        Optional<Map.Entry<Launch, CompletableFuture<Optional<Template>>>> oldest = known.entrySet().stream()
                .filter(each -> idle(each.getValue(), Duration.ZERO))
                .max(Comparator.comparingLong(
                        each -> each.getValue().join().orElseThrow().idleNanos()));
        oldest.ifPresent(this::end);
        return oldest.isPresent();
    }

    private static boolean idle(CompletableFuture<Optional<Template>> which, Duration since) {
        Optional<Template> template = which.getNow(Optional.empty());
        return template.isPresent()
                && !template.get().busy()
                && (template.get().idleNanos() > since.toNanos()
                        || !template.get().alive());
    }

    private void end(Map.Entry<Launch, CompletableFuture<Optional<Template>>> which) {
        if (known.remove(which.getKey(), which.getValue())) {
            Template template = which.getValue().join().orElseThrow();
            yard.context().threads().newThread(template::close).start();
        }
    }

    @Override
    public boolean look() {
        known.entrySet().stream().filter(each -> idle(each.getValue(), kept)).forEach(this::end);
        return false;
    }

    /** How many there are. */
    int count() {
        return (int) known.values().stream()
                .filter(each -> each.getNow(Optional.empty()).isPresent())
                .count();
    }

    /** Closing twice does nothing. */
    @Override
    public void close() {
        closed = true;
        yard.logs().leave(this);
        known.values().forEach(each -> each.getNow(Optional.empty()).ifPresent(Template::close));
        known.clear();
    }
}
