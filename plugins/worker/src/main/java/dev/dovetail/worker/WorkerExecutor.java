package dev.dovetail.worker;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Prestarts;
import dev.dovetail.spi.executor.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs functions of one language in worker processes: starts them in the sandbox, speaks the protocol with them, and ends
 * them. What is particular of the language comes from its {@link Language}. Thread-safe.
 */
public final class WorkerExecutor implements Executor, Prestarts {
    private final Opening opening;
    private final Map<String, Interpreter> interpreters;
    private final Map<String, String> missing;
    private final Set<Instance> open = ConcurrentHashMap.newKeySet();
    private final Set<BlankWorker> blanks = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private WorkerExecutor(Opening opening, Map<String, Interpreter> interpreters, Map<String, String> missing) {
        this.opening = opening;
        this.interpreters = Map.copyOf(interpreters);
        this.missing = Map.copyOf(missing);
    }

    /**
     * Opens it, and returns while the sandbox still measures the machine: whatever needs that waits for it.
     *
     * @param found the interpreters of this machine; those of the settings come before them
     * @param missing the runtimes that are offered and are not there, and how to get each
     */
    public static WorkerExecutor open(
            Language language,
            List<Interpreter> found,
            Map<String, String> missing,
            WorkerSettings settings,
            Context context) {
        Map<String, Interpreter> interpreters = new TreeMap<>();
        found.forEach(each -> interpreters.put(each.runtime(), each));
        settings.interpreters().forEach((runtime, path) -> interpreters.put(runtime, named(runtime, path)));
        return new WorkerExecutor(
                Opening.begin(() -> Yard.open(language, settings, context), context), interpreters, missing);
    }

    private static Interpreter named(String runtime, String path) {
        try {
            return Interpreter.at(runtime, Path.of(path).toRealPath());
        } catch (IOException e) {
            throw new PluginException(
                    Kind.REJECTED,
                    "interpreters." + runtime + " is \"" + path
                            + "\", which is not there; expected the path of a program",
                    e);
        }
    }

    @Override
    public Optional<Isolation> isolation() {
        return Optional.of(opening.yard().sandbox().level());
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        List<Problem> problems = new ArrayList<>();
        Optional<Interpreter> interpreter = interpreter(launch, problems);
        isolation(launch, problems);
        Handler.Found found = opening.yard().language().find(launch);
        found.problem().ifPresent(problems::add);
        if (problems.isEmpty()) {
            problems.addAll(new Checking(opening.yard(), interpreter.orElseThrow())
                    .check(launch, found.handler().orElseThrow()));
        }
        return List.copyOf(problems);
    }

    private Optional<Interpreter> interpreter(Launch launch, List<Problem> problems) {
        Optional<Interpreter> found = Optional.ofNullable(interpreters.get(launch.runtime()));
        if (found.isEmpty()) {
            String remedy = missing.getOrDefault(
                    launch.runtime(), "ask for one of " + String.join(", ", new TreeMap<>(interpreters).keySet()));
            problems.add(problem("RUNTIME_MISSING", "This machine has no \"" + launch.runtime() + "\"", remedy));
        }
        return found;
    }

    private void isolation(Launch launch, List<Problem> problems) {
        if (launch.atLeast().compareTo(opening.yard().sandbox().level()) > 0) {
            problems.add(problem(
                    "ISOLATION",
                    "This machine isolates functions at the level "
                            + opening.yard().sandbox().level() + ", and " + launch.atLeast() + " was asked for",
                    String.join("; ", opening.yard().sandbox().lacks())));
        }
    }

    private static Problem problem(String code, String message, String remedy) {
        return new Problem(
                code, Problem.Severity.ERROR, message, Optional.empty(), Optional.empty(), Optional.of(remedy));
    }

    @Override
    public Instance start(Launch launch) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("Interrupted before a worker was started");
        }
        opening.await();
        Handler handler = demand(launch);
        Path directory = directory();
        Worker worker =
                Starting.start(opening.yard(), room(launch), directory, Layout.mounts(launch), Optional.of(launch));
        return load(
                worker,
                launch,
                handler,
                worker.cell().seen(launch.code()),
                launch.layers().stream().map(worker.cell()::seen).toList());
    }

    /** What the launch names, if it can be started. */
    private Handler demand(Launch launch) {
        if (closed) {
            throw new PluginException(Kind.UNAVAILABLE, "The executor is closed");
        }
        List<Problem> problems = new ArrayList<>();
        interpreter(launch, problems);
        isolation(launch, problems);
        Handler.Found found = opening.yard().language().find(launch);
        found.problem().ifPresent(problems::add);
        if (!problems.isEmpty()) {
            Problem first = problems.getFirst();
            throw new PluginException(
                    Kind.REJECTED,
                    first.message()
                            + first.remedy().map(remedy -> "; " + remedy).orElse(""));
        }
        return found.handler().orElseThrow();
    }

    private Layout.Room room(Launch launch) {
        return new Layout.Room(interpreters.get(launch.runtime()), launch.limits(), launch.egress(), launch.atLeast());
    }

    @Override
    public Blank prestart(String runtime, Limits limits, Isolation isolation) throws InterruptedException {
        Interpreter interpreter = interpreters.get(runtime);
        if (closed || interpreter == null) {
            throw new PluginException(
                    closed ? Kind.UNAVAILABLE : Kind.REJECTED,
                    closed ? "The executor is closed" : "This machine has no \"" + runtime + "\"");
        }
        opening.await();
        BlankWorker blank = BlankWorker.start(
                opening.yard(),
                new Layout.Room(interpreter, limits, Egress.NONE, isolation),
                directory(),
                blanks::remove);
        blanks.add(blank);
        return blank;
    }

    @Override
    public Instance start(Launch launch, Blank blank) throws InterruptedException {
        if (!(blank instanceof BlankWorker own) || !blanks.remove(own)) {
            throw new PluginException(Kind.BROKEN, "Not a blank of this executor, or one that was used or closed");
        }
        boolean used = false;
        try {
            Handler handler = demand(launch);
            if (!own.fits(room(launch))) {
                return start(launch); // it was started with other walls than this version needs
            }
            long begun = System.nanoTime();
            BlankWorker.Filled filled = own.fill(launch);
            used = true;
            Instance instance = load(own.worker(), launch, handler, filled.code(), filled.layers());
            own.worker().forgetStages();
            own.worker().took("load", begun, System.nanoTime());
            return instance;
        } finally {
            if (!used) {
                own.close();
            }
        }
    }

    private Path directory() {
        try {
            return opening.yard().directory();
        } catch (IOException e) {
            throw new PluginException(Kind.UNAVAILABLE, "No directory for a worker: " + e.getMessage(), e);
        }
    }

    private Instance load(Worker worker, Launch launch, Handler handler, Path code, List<Path> layers)
            throws InterruptedException {
        boolean loaded = false;
        try {
            worker.takes(launch.concurrency() > 1 ? opening.yard().language().calls(launch.concurrency()) : 1);
            Loading.load(worker, launch, handler, code, layers);
            Instance[] made = new Instance[1];
            made[0] = new WorkerInstance(worker, launch, () -> open.remove(made[0]));
            open.add(made[0]);
            loaded = true;
            return made[0];
        } finally {
            if (!loaded) {
                worker.close();
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            open.forEach(Instance::close);
            blanks.forEach(BlankWorker::close);
            opening.close();
        }
    }
}
