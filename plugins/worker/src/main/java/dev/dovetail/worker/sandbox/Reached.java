package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.worker.sandbox.CellMaker.Means;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;

/**
 * How far this machine lets functions be kept apart, measured by doing it.
 *
 * @param lacks what keeps it from being stricter, each with a remedy
 * @param groups to be closed in the end
 */
record Reached(Isolation level, List<String> lacks, CellMaker maker, Optional<ControlGroups> groups) {
    private static final Path SELF = Path.of("/proc/self");

    static Reached measure(SandboxSettings settings, Spawner spawner, Path scratch, ThreadFactory threads)
            throws IOException {
        List<String> lacks = new ArrayList<>();
        Optional<Path> setpriv = program("setpriv");
        Means means = new Means(settings, spawner, scratch, threads, setpriv);
        if (!Files.isDirectory(SELF.resolve("ns"))) {
            lacks.add("Linux: functions are isolated on no other system");
            CellMaker maker = new CellMaker(means, Optional.empty(), Optional.empty());
            return new Reached(Isolation.PROCESS, lacks, maker, Optional.empty());
        }
        Optional<ControlGroups> groups = ControlGroups.find(SELF, Orphans.kernel(), lacks);
        Optional<Path> bubblewrap = program(settings.bubblewrap());
        if (settings.atMost() == Isolation.PROCESS) {
            lacks.add("leave to isolate more than PROCESS: allow it in the configuration");
        } else if (bubblewrap.isEmpty()) {
            lacks.add("bubblewrap, no program " + settings.bubblewrap() + " being there: apt-get install bubblewrap");
        } else {
            Optional<Path> ownUsers = ownUsers(setpriv, lacks);
            Walls walls = new Walls(bubblewrap.get(), ownUsers, filter(scratch, lacks), etc(ownUsers, scratch));
            List<String> failures = new ArrayList<>();
            for (Optional<ControlGroups> eachGroups : choices(groups)) {
                for (Walls each : weaker(walls, scratch)) {
                    CellMaker maker = new CellMaker(means, Optional.of(each), eachGroups);
                    Probe probe = Probe.of(maker);
                    if (probe.walled()) {
                        failures.forEach(failure -> lacks.add("what the machine refused (" + failure + ")"));
                        return judged(settings, probe, maker, eachGroups, lacks);
                    }
                    failures.add(probe.said());
                }
            }
            lacks.add(remedy(failures));
        }
        return bare(means, groups, lacks);
    }

    private static Reached judged(
            SandboxSettings settings,
            Probe probe,
            CellMaker maker,
            Optional<ControlGroups> groups,
            List<String> lacks) {
        boolean strict = probe.filtered()
                && probe.ownUser(settings)
                && probe.grouped()
                && groups.isPresent()
                && groups.get().parts().containsKey(ControlGroups.CPU);
        if (strict && settings.atMost() == Isolation.STANDARD) {
            lacks.add("leave to isolate more than STANDARD: allow it in the configuration");
            strict = false;
        }
        if (!strict && lacks.isEmpty()) {
            lacks.add("something that a program inside could tell: it saw " + probe.found());
        }
        return new Reached(
                strict ? Isolation.STRICT : Isolation.STANDARD, strict ? List.of() : List.copyOf(lacks), maker, groups);
    }

    private static Reached bare(Means means, Optional<ControlGroups> groups, List<String> lacks) {
        for (Optional<ControlGroups> each : choices(groups)) {
            CellMaker maker = new CellMaker(means, Optional.empty(), each);
            Probe probe = Probe.of(maker);
            if (!probe.found().isEmpty() && probe.grouped()) {
                return new Reached(Isolation.PROCESS, List.copyOf(lacks), maker, each);
            }
            lacks.add("control groups that a process can enter (" + probe.said() + "): delegate them to the kernel");
        }
        CellMaker maker = new CellMaker(means, Optional.empty(), Optional.empty());
        return new Reached(Isolation.PROCESS, List.copyOf(lacks), maker, Optional.empty());
    }

    private static String remedy(List<String> failures) {
        String said = String.join("; ", failures.stream().distinct().toList());
        return "namespaces (" + said + "): allow them to ordinary users"
                + " (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0,"
                + " kernel.apparmor_restrict_unprivileged_userns=0), or run the kernel as root outside of a container";
    }

    private static <T> List<Optional<T>> choices(Optional<T> best) {
        return best.isPresent() ? List.of(best, Optional.empty()) : List.of(best);
    }

    /** The best first; what is needed for a weaker one is made when the better one has failed. */
    private static Iterable<Walls> weaker(Walls best, Path scratch) {
        return () -> choices(best.setpriv()).stream()
                .flatMap(setpriv -> choices(best.filter()).stream()
                        .map(filter -> new Walls(
                                best.bubblewrap(),
                                setpriv,
                                filter,
                                setpriv.equals(best.setpriv()) ? best.etc() : etc(setpriv, scratch))))
                .iterator();
    }

    private static Optional<Path> ownUsers(Optional<Path> setpriv, List<String> lacks) {
        if (!Probe.isRoot()) {
            lacks.add("a user of its own for each function: run the kernel as root");
            return Optional.empty();
        }
        if (setpriv.isEmpty()) {
            lacks.add(
                    "a user of its own for each function, no program setpriv being there: apt-get install util-linux");
        }
        return setpriv;
    }

    private static Optional<Path> filter(Path scratch, List<String> lacks) throws IOException {
        Optional<SystemCalls> calls = SystemCalls.here();
        if (calls.isEmpty()) {
            lacks.add("a filter of system calls: there is one for the processors x86_64 and aarch64 only");
            return Optional.empty();
        }
        Path file = scratch.resolve("filter");
        Files.write(file, SeccompFilter.of(calls.get()));
        return Optional.of(file);
    }

    private static Etc etc(Optional<Path> setpriv, Path scratch) {
        Path machine = Path.of("/etc");
        try {
            return setpriv.isPresent()
                    ? Etc.shown(machine, scratch.resolve("etc"))
                    : Etc.copied(machine, scratch.resolve("etc-copied"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> program(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder).resolve(name)) // an absolute name stays what it is
                .filter(Files::isExecutable)
                .findFirst();
    }
}
