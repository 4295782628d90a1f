package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** The lines of all installed plugins. Thread-safe. */
final class Lines {
    private final Premises premises;
    private final Map<Name, Line> lines = new ConcurrentSkipListMap<>();

    Lines(Premises premises) {
        this.premises = premises;
    }

    Line of(Name id) {
        return lines.computeIfAbsent(id, name -> new Line(premises, name));
    }

    Optional<Line> find(Name id) {
        return premises.shelf().versions(id).isEmpty() && !lines.containsKey(id)
                ? Optional.empty()
                : Optional.of(of(id));
    }

    Collection<Line> all() {
        premises.shelf().ids().forEach(this::of);
        return List.copyOf(lines.values());
    }

    Stream<Tenure> serving() {
        return lines.values().stream().flatMap(line -> line.serving().stream());
    }

    /** Starts all at once and waits for all: one that hangs costs the others nothing. */
    void start() throws InterruptedException {
        together(all(), Line::start);
    }

    /** Closes all at once, but the stores after everything that may use them. */
    void close() throws InterruptedException {
        Collection<Line> all = List.copyOf(lines.values());
        together(all.stream().filter(line -> !stores(line)).toList(), Line::close);
        together(all.stream().filter(Lines::stores).toList(), Line::close);
    }

    private static boolean stores(Line line) {
        return line.serving().stream()
                .flatMap(tenure -> tenure.types().stream())
                .anyMatch(type -> type.kind().single());
    }

    /** What is done with each line. */
    private interface Each {
        void with(Line line) throws InterruptedException;
    }

    private static void together(Collection<Line> lines, Each each) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Line line : lines) {
            threads.add(Thread.ofVirtual().name("line of " + line.id()).start(() -> {
                try {
                    each.with(line);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    void tick() {
        lines.values().forEach(Line::tick);
    }
}
