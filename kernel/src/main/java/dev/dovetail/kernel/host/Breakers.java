package dev.dovetail.kernel.host;

import dev.dovetail.spi.Name;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Holds requests back from places that fail: whoever waits for what is not going to answer holds a worker, and one that is
 * overloaded gets well sooner if nobody asks. Counted for each tenant, so that none spoils a place for another, and on each node.
 * Thread-safe.
 */
final class Breakers {
    private static final System.Logger LOG = System.getLogger(Breakers.class.getName());
    /** So many places are known at once; each takes some 10 KB. */
    private static final int MOST = 256;

    private static final int PROBES = 3;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Rule rule;
    private final CircuitBreakerConfig config;
    private final Map<Place, CircuitBreaker> known = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * When a place is left alone.
     *
     * @param percent of the requests that fail, from 1 on; above 100 is never
     * @param calls so many at the least
     * @param window in this time, a second to an hour
     * @param pause how long it is left alone before a few requests try it again
     */
    public record Rule(int percent, int calls, Duration window, Duration pause) {}

    private record Place(Name tenant, String host, int port) {
        static Place of(Name tenant, URI uri) {
            boolean tls = "https".equalsIgnoreCase(uri.getScheme());
            return new Place(
                    tenant,
                    uri.getHost().toLowerCase(Locale.ROOT),
                    uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80);
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    Breakers(Rule rule) {
        if (rule.window.compareTo(SHORTEST) < 0 || rule.window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "outbound.breaker-window is " + rule.window + "; expected " + SHORTEST + " to " + LONGEST);
        }
        if (rule.pause.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "outbound.breaker-pause is " + rule.pause + "; expected " + SHORTEST + " or more");
        }
        this.rule = rule;
        this.config = CircuitBreakerConfig.custom()
                .failureRateThreshold(Math.clamp(rule.percent, 1, 100))
                .minimumNumberOfCalls(rule.calls)
                .slidingWindowType(SlidingWindowType.TIME_BASED)
                .slidingWindowSize((int) rule.window.toSeconds())
                .waitDurationInOpenState(rule.pause)
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                .build();
    }

    /** One request's leave to go; said once how it went. */
    static final class Leave {
        private final Optional<CircuitBreaker> of;
        private final long since = System.nanoTime();

        private Leave(Optional<CircuitBreaker> of) {
            this.of = of;
        }

        void answered() {
            of.ifPresent(it -> it.onSuccess(System.nanoTime() - since, TimeUnit.NANOSECONDS));
        }

        void failed(Exception why) {
            of.ifPresent(it -> it.onError(System.nanoTime() - since, TimeUnit.NANOSECONDS, why));
        }

        /** It did not go, or nobody knows how it went. */
        void unused() {
            of.ifPresent(CircuitBreaker::releasePermission);
        }
    }

    /** The place is left alone for now; the message says why. */
    static final class Open extends Exception {
        private static final long serialVersionUID = 1;

        private Open(String message) {
            super(message, null, false, false);
        }
    }

    /** @param uri with a host */
    Leave enter(Name tenant, URI uri) throws Open {
        if (rule.percent > 100) {
            return new Leave(Optional.empty());
        }
        Place place = Place.of(tenant, uri);
        CircuitBreaker breaker = breaker(place);
        if (!breaker.tryAcquirePermission()) {
            throw new Open("No request is sent to " + place + " for now: of the last ones too many failed ("
                    + rule.percent + " % of " + rule.calls + " or more within " + rule.window.toSeconds()
                    + " s). After " + rule.pause.toSeconds() + " s without any, " + PROBES + " try it again");
        }
        return new Leave(Optional.of(breaker));
    }

    private CircuitBreaker breaker(Place place) {
        synchronized (known) {
            CircuitBreaker there = known.get(place);
            if (there != null) {
                return there;
            }
            CircuitBreaker made = CircuitBreaker.of(place.toString(), config);
            made.getEventPublisher().onStateTransition(event -> tell(place, event.getStateTransition()));
            known.put(place, made);
            if (known.size() > MOST) {
                known.remove(known.keySet().iterator().next());
            }
            return made;
        }
    }

    private static void tell(Place place, StateTransition transition) {
        switch (transition) {
            case CLOSED_TO_OPEN ->
                LOG.log(
                        Level.WARNING,
                        "Requests of tenant {0} to {1} fail: none is sent for a while",
                        place.tenant,
                        place);
            case HALF_OPEN_TO_CLOSED ->
                LOG.log(Level.INFO, "Requests of tenant {0} to {1} are answered again", place.tenant, place);
            default -> {
                // between these it is tried
            }
        }
    }
}
