package dev.dovetail.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the operating system and the JVM tell of a running server: threads, descriptors, class loaders, memory. */
record Innards(Map<String, Integer> threads, Map<String, Integer> descriptors) {
    /** Threads that the JVM makes and ends as it likes. */
    private static final Pattern COME_AND_GO = Pattern.compile(
            "ForkJoinPool.*|C[12] CompilerThre.*|G1 .*|GC Thread.*|VirtualThread.*|Attach Listener|Common-Cleaner"
                    + "|Signal Dispatch.*|Notification Thr|Cleaner-.*");

    /** The embedded store's file is open for writing, and for up to four readers, who come with the load. */
    private static final String STORE = "dovetail.mv.db";

    private static final int STORE_OPEN = 5;

    /** Looks at it now. Needs {@code /proc}. */
    static Innards of(long pid) throws IOException {
        return new Innards(threads(pid), descriptors(pid));
    }

    private static Map<String, Integer> threads(long pid) throws IOException {
        Map<String, Integer> found = new TreeMap<>();
        for (Path task : files(Path.of("/proc", "" + pid, "task"))) {
            try {
                String name = Files.readString(task.resolve("comm")).strip();
                if (!COME_AND_GO.matcher(name).matches()) {
                    found.merge(name, 1, Integer::sum);
                }
            } catch (IOException e) {
                // ended between the look at the folder and this one
            }
        }
        return found;
    }

    private static Map<String, Integer> descriptors(long pid) throws IOException {
        Map<String, Integer> found = new TreeMap<>();
        for (Path each : files(Path.of("/proc", "" + pid, "fd"))) {
            try {
                String target = Files.readSymbolicLink(each).toString();
                found.merge(target.replaceAll("\\d+", "N"), 1, Integer::sum);
            } catch (IOException e) {
                // closed in between
            }
        }
        return found;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    /** What is here more often than it was before, in words; empty if nothing is. */
    List<String> moreThan(Innards before) {
        List<String> more = new ArrayList<>();
        compare("thread", threads, before.threads, more);
        compare("descriptor", descriptors, before.descriptors, more);
        return more;
    }

    private static void compare(String what, Map<String, Integer> now, Map<String, Integer> before, List<String> more) {
        now.forEach((name, count) -> {
            int was = Math.max(before.getOrDefault(name, 0), name.endsWith(STORE) ? STORE_OPEN : 0);
            if (count > was) {
                more.add("%d instead of %d %ss \"%s\"".formatted(count, was, what, name));
            }
        });
    }

    /** The names of the threads that have code of this package on their stacks. */
    static List<String> within(long pid, String code) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        for (String thread : jcmd(pid, "Thread.print").out().split("\n\n")) {
            if (thread.contains("\tat " + code + ".")) {
                found.add(thread.strip().lines().findFirst().orElse(""));
            }
        }
        return found;
    }

    private static House.Said jcmd(long pid, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        return House.run(new ProcessBuilder(jcmd.toString(), "" + pid, command)).expecting(0);
    }

    /** How many class loaders of plugins are alive, after a full collection. */
    static int pluginLoaders(long pid) throws IOException, InterruptedException {
        return jcmd(pid, "GC.class_histogram")
                .out()
                .lines()
                .filter(line -> line.contains("PluginClassLoader"))
                .map(line -> line.strip().split("\\s+"))
                .mapToInt(words -> Integer.parseInt(words[1]))
                .sum();
    }
}
