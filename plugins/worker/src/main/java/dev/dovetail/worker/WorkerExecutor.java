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
import dev.dovetail.worker.json.Fields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

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
        return instance(launch, handler, template -> fresh(launch, handler, template));
    }

    private Templates.Loaded fresh(Launch launch, Handler handler, boolean template) throws InterruptedException {
        Path directory = directory();
        Worker worker =
                Starting.start(opening.yard(), room(launch), directory, Layout.mounts(launch), Optional.of(launch));
        return new Templates.Loaded(
                worker,
                directory.resolve(Starting.SOCKETS),
                load(worker, launch, handler, seen(worker, launch), template));
    }

    private static BlankWorker.Filled seen(Worker worker, Launch launch) {
        return new BlankWorker.Filled(
                worker.cell().seen(launch.code()),
                launch.layers().stream().map(worker.cell()::seen).toList());
    }

    /** Forked if that is quicker and possible, else made by this. */
    private Worker made(Launch launch, Handler handler, Templates.Fresh fresh) throws InterruptedException {
        Optional<Templates> templates = opening.yard().templates();
        return templates.isEmpty()
                ? fresh.load(false).worker()
                : templates
                        .get()
                        .worker(launch, fresh, forked -> load(forked, launch, handler, seen(forked, launch), false));
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
        AtomicBoolean used = new AtomicBoolean();
        try {
            Handler handler = demand(launch);
            if (!own.fits(room(launch))) {
                return start(launch); // it was started with other walls than this version needs
            }
            return instance(launch, handler, template -> {
                if (!used.compareAndSet(false, true)) {
                    return fresh(launch, handler, template); // what it was made to is gone already
                }
                long begun = System.nanoTime();
                Worker worker = own.worker();
                Fields said = load(worker, launch, handler, own.fill(launch), template);
                worker.forgetStages();
                worker.took("load", begun, System.nanoTime());
                return new Templates.Loaded(worker, own.sockets(), said);
            });
        } finally {
            if (!used.get()) {
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

    private Fields load(Worker worker, Launch launch, Handler handler, BlankWorker.Filled where, boolean template)
            throws InterruptedException {
        boolean loaded = false;
        try {
            worker.takes(launch.concurrency() > 1 ? opening.yard().language().calls(launch.concurrency()) : 1);
            Fields said = Loading.load(worker, launch, handler, where.code(), where.layers(), template);
            loaded = true;
            return said;
        } finally {
            if (!loaded) {
                worker.close();
            }
        }
    }

    private Instance instance(Launch launch, Handler handler, Templates.Fresh fresh) throws InterruptedException {
        Worker worker;
        try {
            worker = made(launch, handler, fresh);
        } catch (Overfull e) {
            return new Spent(e.fault());
        }
        Instance[] made = new Instance[1];
        made[0] = new WorkerInstance(worker, launch, () -> open.remove(made[0]));
        open.add(made[0]);
        return made[0];
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
