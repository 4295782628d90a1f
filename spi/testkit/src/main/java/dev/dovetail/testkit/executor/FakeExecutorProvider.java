package dev.dovetail.testkit.executor;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.plugin.ExecutorProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An executor whose functions are lambdas of the test's: the file that a handler names has the name of one as its only
 * line. It passes the executors' contract, so what is tested with it is tested with an executor.
 */
public final class FakeExecutorProvider implements ExecutorProvider {
    /** A function. */
    @FunctionalInterface
    public interface Function {
        /**
         * @return one JSON value
         * @throws Ends to end in a fault, or as the host said; any other exception is a fault of the function's
         */
        Bytes call(Launch launch, Invocation invocation, Host host) throws Exception;
    }

    /** Ends a call in another way than with a value. */
    public static final class Ends extends Exception {
        private static final long serialVersionUID = 1;

        /** How. */
        enum How {
            FAULT,
            STOPPED,
            SUSPENDED
        }

        private final How how;
        private final transient Fault fault;

        private Ends(How how, Fault fault) {
            super(fault.message());
            this.how = how;
            this.fault = fault;
        }

        public static Ends with(Fault fault) {
            return new Ends(How.FAULT, fault);
        }

        public static Ends stopped() {
            return new Ends(How.STOPPED, Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "stopped"));
        }

        public static Ends suspended() {
            return new Ends(How.SUSPENDED, Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "suspended"));
        }

        How how() {
            return how;
        }

        Fault fault() {
            return fault;
        }
    }

    private final Map<String, Function> functions;

    public FakeExecutorProvider(Map<String, Function> functions) {
        this.functions = Map.copyOf(functions);
    }

    @Override
    public Name type() {
        return Name.of("fake");
    }

    @Override
    public List<Runtime> runtimes() {
        return List.of(new Runtime("fake", ".fake", "main.main", Optional.empty()));
    }

    @Override
    public Trust trust() {
        return Trust.IN_PROCESS;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of();
    }

    @Override
    public Executor open(Config config, Context context) {
        return new FakeExecutor(functions);
    }
}
