package dev.dovetail.kernel.telemetry;

import dev.dovetail.spi.VersionId;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleCounter;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/**
 * What the code of functions measures. The ending of a name says what it is, as it does for whoever reads it later: a sum of what
 * is counted ({@code .total}), a distribution ({@code .seconds}, {@code .milliseconds}, {@code .bytes}, {@code .amount}), or
 * else the last value. Series are bounded, because code makes them: what is beyond has none. Thread-safe.
 */
final class CodeMeters {
    private static final String PREFIX = "code.";
    private static final AttributeKey<String> TENANT = AttributeKey.stringKey("tenant");
    private static final AttributeKey<String> FUNCTION = AttributeKey.stringKey("function");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("version");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([._][a-z0-9]+)*");
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Set<String> OURS = Set.of("tenant", "function", "version", "le");
    private static final int LONGEST = 64;
    /** How long a value counts that nobody measures again. */
    private static final Duration COUNTS = Duration.ofMinutes(5);

    private static final int MOST_LABELS = 5;
    private static final int MOST_OF_ONE = 100;

    private static final Map<String, List<Double>> BOUNDS = Map.of(
            "seconds", steps(-4, 4),
            "milliseconds", steps(-1, 7),
            "bytes",
                    DoubleStream.iterate(64, b -> b <= 1L << 32, b -> b * 4)
                            .boxed()
                            .toList(),
            "amount", steps(-2, 7));

    private final Meter meter;
    private final int most;
    private final Map<Series, DoubleConsumer> kept = new ConcurrentHashMap<>();
    private final Map<Who, Integer> each = new HashMap<>();
    /** The last of each series of which the last one counts. */
    private final Map<Series, Last> values = new ConcurrentHashMap<>();

    /** The version of each that measured last. */
    private final Map<Who, VersionId> by = new ConcurrentHashMap<>();
    /** Since when that is known to be gone. */
    private final Map<Who, Long> gone = new HashMap<>();
    /** Whose series have ended, which the library keeps. */
    private final Set<Who> ended = ConcurrentHashMap.newKeySet();

    private record Who(String tenant, String function) {}

    private record Series(Who who, String name, Map<String, String> labels) {}

    private record Last(double value, long at) {}

    /** @param most series of all functions together */
    CodeMeters(Meter meter, int most) {
        this.meter = meter;
        this.most = most;
    }

    /** 1, 2 and 5 times the powers of ten between these. */
    private static List<Double> steps(int from, int to) {
        return java.util.stream.IntStream.range(from, to)
                .boxed()
                .flatMap(power -> DoubleStream.of(1, 2, 5)
                        .mapToObj(times -> java.math.BigDecimal.valueOf((long) times)
                                .scaleByPowerOfTen(power)
                                .doubleValue()))
                .toList();
    }

    /** @return why it is not kept, if it is not */
    Optional<String> take(VersionId of, String name, double value, Map<String, String> labels) {
        Optional<String> wrong = wrong(name, value, labels);
        if (wrong.isPresent()) {
            return wrong;
        }
        Who who = new Who(of.tenant().text(), of.function().text());
        Series series = new Series(who, name.replace('_', '.'), Map.copyOf(labels));
        DoubleConsumer to = kept.get(series);
        if (to == null) {
            Optional<DoubleConsumer> made = make(series);
            if (made.isEmpty()) {
                return Optional.of("There are too many: a function has " + MOST_OF_ONE
                        + " series at the most, each a name with a set of labels, and all together have " + most);
            }
            to = made.get();
        }
        by.put(who, of);
        to.accept(value);
        return Optional.empty();
    }

    private static Optional<String> wrong(String name, double value, Map<String, String> labels) {
        if (name.length() > LONGEST || !NAME.matcher(name).matches()) {
            return Optional.of("The name is none: expected up to " + LONGEST
                    + " lower-case letters and digits in parts with dots between, such as orders.total");
        }
        if (!Double.isFinite(value) || kind(name).equals("total") && value < 0) {
            return Optional.of("The value " + value + " is none"
                    + (Double.isFinite(value) ? ": what ends in .total only grows" : ""));
        }
        if (labels.size() > MOST_LABELS) {
            return Optional.of("It has " + labels.size() + " labels; expected " + MOST_LABELS + " at the most");
        }
        return labels.entrySet().stream()
                .filter(label -> label.getKey().length() > LONGEST
                        || label.getValue().length() > LONGEST
                        || OURS.contains(label.getKey())
                        || !LABEL.matcher(label.getKey()).matches())
                .findFirst()
                .map(label -> "The label \"" + label.getKey() + "\" is none: expected up to " + LONGEST
                        + " lower-case letters, digits and _, other than "
                        + String.join(", ", OURS.stream().sorted().toList())
                        + ", and a value of up to " + LONGEST + " characters");
    }

    private static String kind(String name) {
        return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('_')) + 1);
    }

    private synchronized Optional<DoubleConsumer> make(Series series) {
        DoubleConsumer there = kept.get(series);
        if (there != null) {
            return Optional.of(there);
        }
        int of = each.getOrDefault(series.who, 0);
        if (of >= MOST_OF_ONE || kept.size() >= most) {
            return Optional.empty();
        }
        DoubleConsumer made = instrument(series);
        each.put(series.who, of + 1);
        kept.put(series, made);
        ended.remove(series.who);
        return Optional.of(made);
    }

    /**
     * Ends the series of functions of which the version that measured last has not been there for so long.
     *
     * @param now in nanoseconds since any moment
     */
    synchronized void keep(Predicate<VersionId> there, Duration longest, long now) {
        by.forEach((who, version) -> {
            if (there.test(version)) {
                gone.remove(who);
            } else if (now - gone.computeIfAbsent(who, _ -> now) >= longest.toNanos()) {
                gone.remove(who);
                by.remove(who);
                each.remove(who);
                kept.keySet().removeIf(series -> series.who.equals(who));
                values.keySet().removeIf(series -> series.who.equals(who));
                ended.add(who);
            }
        });
    }

    /** Whether a series is one of those that have not ended. */
    boolean shown(Attributes labels) {
        String tenant = labels.get(TENANT);
        String function = labels.get(FUNCTION);
        boolean ours = tenant != null && function != null && labels.get(VERSION) == null;
        return !ours || ended.isEmpty() || !ended.contains(new Who(tenant, function));
    }

    private DoubleConsumer instrument(Series series) {
        AttributesBuilder builder = Attributes.builder();
        series.labels.forEach(builder::put);
        Attributes labels = builder.put(TENANT, series.who.tenant)
                .put(FUNCTION, series.who.function)
                .build();
        String name = PREFIX + series.name;
        String described = "What functions measure as " + series.name;
        String kind = kind(series.name);
        if (kind.equals("total")) {
            DoubleCounter counter = meter.counterBuilder(name)
                    .setDescription(described)
                    .ofDoubles()
                    .build();
            return value -> counter.add(value, labels);
        }
        if (BOUNDS.containsKey(kind)) {
            DoubleHistogram histogram = meter.histogramBuilder(name)
                    .setDescription(described)
                    .setExplicitBucketBoundariesAdvice(BOUNDS.get(kind))
                    .build();
            return value -> histogram.record(value, labels);
        }
        DoubleGauge gauge = meter.gaugeBuilder(name).setDescription(described).build();
        return value -> {
            gauge.set(value, labels);
            values.put(series, new Last(value, System.nanoTime()));
        };
    }

    static boolean isValue(String name) {
        return name.length() <= LONGEST
                && NAME.matcher(name).matches()
                && !kind(name).equals("total")
                && !BOUNDS.containsKey(kind(name));
    }

    /** The sum of a function's last values of this name, of those that are not too old. */
    OptionalDouble last(String tenant, String function, String name) {
        Who who = new Who(tenant, function);
        String dotted = name.replace('_', '.');
        long now = System.nanoTime();
        double[] found = values.entrySet().stream()
                .filter(one -> one.getKey().who.equals(who) && one.getKey().name.equals(dotted))
                .filter(one -> now - one.getValue().at < COUNTS.toNanos())
                .mapToDouble(one -> one.getValue().value)
                .toArray();
        return found.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Arrays.stream(found).sum());
    }
}
