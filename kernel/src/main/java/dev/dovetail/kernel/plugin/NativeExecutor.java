package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.module.NativeModule;
import dev.dovetail.spi.module.NativeModule.NativeFunction;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the functions of a native module, each call on a platform thread: nobody knows whether it computes. Thread-safe. */
final class NativeExecutor implements Executor, NativeFunctions {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");

    /** How long a module may take to end when it is told to. */
    private static final long PATIENCE_MILLIS = 1_000;

    private final Name type;
    private final NativeModule module;
    private final ThreadFactory threads;
    private final Map<String, NativeFunction> functions = new TreeMap<>();

    /** @throws PluginException if what the module says of its functions cannot be */
    NativeExecutor(Name type, NativeModule module, ConfigCheck check, ThreadFactory threads) {
        this.type = type;
        this.module = module;
        this.threads = threads;
        for (NativeFunction each : List.copyOf(module.functions())) {
            if (functions.put(each.name().text(), each) != null) {
                throw rejected("The module " + type + " has the function \"" + each.name() + "\" twice");
            }
            check.flawOfContract(each.contract()).ifPresent(flaw -> {
                throw rejected(
                        "The contract of the function \"" + each.name() + "\" of the module " + type + " " + flaw);
            });
        }
        if (functions.isEmpty()) {
            throw rejected("The module " + type + " has no functions");
        }
    }

    private static PluginException rejected(String message) {
        return new PluginException(PluginException.Kind.REJECTED, message);
    }

    @Override
    public List<NativeFunction> functions() {
        return List.copyOf(functions.values());
    }

    @Override
    public Optional<NativeFunction> find(String name) {
        return Optional.ofNullable(functions.get(name));
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        return problem(launch).map(List::of).orElse(List.of());
    }

    private String none(String function) {
        return type + " has no function \"" + function + "\"; it has " + functions.keySet();
    }

    private Optional<Problem> problem(Launch launch) {
        if (find(launch.handler()).isEmpty()) {
            return Optional.of(Problem.error("NO_SUCH_FUNCTION", none(launch.handler())));
        }
        return Optional.empty();
    }

    @Override
    public Instance start(Launch launch) {
        problem(launch).ifPresent(problem -> {
            throw rejected(problem.message());
        });
        return new NativeInstance(functions.get(launch.handler()).name());
    }

    @Override
    public Outcome call(Name function, Invocation invocation, Host host) throws InterruptedException {
        NativeFunction called =
                find(function.text()).orElseThrow(() -> new IllegalArgumentException(none(function.text())));
        DeclaredHost declared = new DeclaredHost(called, host);
        FutureTask<Outcome> task = new FutureTask<>(() -> module.call(function, invocation, declared));
        Thread thread = threads.newThread(task);
        thread.start();
        try {
            return answered(called, task.get());
        } catch (ExecutionException e) {
            return failed(called, e.getCause());
        } catch (InterruptedException e) {
            stop(called, task, thread);
            throw e; // what it has come to is nobody's: it is called again, or not wanted any more
        }
    }

    private static Outcome answered(NativeFunction function, Outcome outcome) {
        return outcome == null ? failed(function, new NullPointerException("it answered null")) : outcome;
    }

    /** Has the module stop, and gives it its time for that. */
    private void stop(NativeFunction function, FutureTask<Outcome> task, Thread thread) throws InterruptedException {
        thread.interrupt();
        try {
            task.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            // that is an end, too
        } catch (TimeoutException e) {
            LOG.log(
                    Level.WARNING,
                    "The function {0} of the module {1} goes on a second after it was told to stop",
                    function.name(),
                    type);
        }
    }

    private static Outcome failed(NativeFunction function, Throwable thrown) {
        String told = "The native function " + function.name() + " failed: " + Boundary.told(thrown);
        Fault fault = switch (thrown) {
            case SecurityException e -> Fault.of(Fault.PERMISSION_DENIED, Owner.FUNCTION, told);
            case PluginException e
            when e.kind() == PluginException.Kind.REJECTED -> Fault.of(Fault.VALIDATION, Owner.CALLER, told);
            case PluginException e
            when e.kind() == PluginException.Kind.UNAVAILABLE -> Fault.of(Fault.HTTP_TRANSPORT, Owner.DEPENDENCY, told);
            case PluginException e
            when e.kind() == PluginException.Kind.EXHAUSTED -> Fault.of(Fault.QUOTA_EXCEEDED, Owner.PLATFORM, told);
            case OutOfMemoryError e -> Fault.of(Fault.MEMORY_LIMIT, Owner.FUNCTION, told);
            default -> Fault.of(Fault.CODE, Owner.FUNCTION, told);
        };
        return new Outcome.Failed(fault, Outcome.Usage.NONE);
    }

    @Override
    public void close() {
        module.close();
    }

    /** All instances of a function are the module itself. */
    private final class NativeInstance implements Instance {
        private final Name function;
        private volatile boolean closed;

        NativeInstance(Name function) {
            this.function = function;
        }

        @Override
        public Outcome invoke(Invocation invocation, Host host) {
            String asked = switch (invocation.entry()) {
                case Entry.Main _ -> function.text();
                case Entry.Compensation undoing -> undoing.function();
                case Entry.Hook hook -> hook.function();
            };
            Optional<NativeFunction> found = find(asked);
            if (found.isEmpty()) {
                return new Outcome.Failed(Fault.of(Fault.CODE, Owner.FUNCTION, none(asked)), Outcome.Usage.NONE);
            }
            try {
                return call(found.get().name(), invocation, host);
            } catch (InterruptedException e) {
                return new Outcome.Stopped(Outcome.Usage.NONE); // which is what the interrupt was for
            }
        }

        @Override
        public boolean usable() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
