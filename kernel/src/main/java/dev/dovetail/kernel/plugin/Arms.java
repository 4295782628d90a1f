package dev.dovetail.kernel.plugin;

import java.util.Optional;
import java.util.function.Predicate;

/** What is in a slot at one moment. */
sealed interface Arms<T extends AutoCloseable> {
    /** The service for this route, if anything serves. */
    Optional<Service<T>> choose(Route route);

    /**
     * @param why in words, for those who wait and for the operator
     * @param wanted whether something should serve there
     */
    record None<T extends AutoCloseable>(String why, boolean wanted) implements Arms<T> {
        @Override
        public Optional<Service<T>> choose(Route route) {
            return Optional.empty();
        }
    }

    record One<T extends AutoCloseable>(Service<T> service) implements Arms<T> {
        @Override
        public Optional<Service<T>> choose(Route route) {
            return Optional.of(service);
        }
    }

    /** Two versions side by side for a while: the chooser says who goes to the candidate. */
    record Two<T extends AutoCloseable>(Service<T> stable, Service<T> candidate, Predicate<Route> chooser)
            implements Arms<T> {
        @Override
        public Optional<Service<T>> choose(Route route) {
            if (stable.reads(route) != candidate.reads(route)) {
                return Optional.of(stable.reads(route) ? stable : candidate);
            }
            return Optional.of(chooser.test(route) ? candidate : stable);
        }
    }
}
