package dev.dovetail.worker.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where control groups are mounted, and in which group of each the kernel runs.
 *
 * @param mounts mount points by controller; under the empty name that of version 2
 * @param roots what each shows at its top
 * @param groups the kernel's groups by controller
 */
record Hierarchies(Map<String, Path> mounts, Map<String, String> roots, Map<String, String> groups) {
    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;

    /** @param self the kernel's directory below {@code /proc} */
    static Hierarchies read(Path self) throws IOException {
        Map<String, Path> mounts = new HashMap<>();
        Map<String, String> roots = new HashMap<>();
        for (String line : Files.readAllLines(self.resolve("mountinfo"))) {
            String[] halves = line.split(" - ", 2);
            String[] place = halves[0].split(" ");
            String[] kind = halves[1].split(" ");
            List<String> names = kind[0].equals("cgroup2")
                    ? List.of("")
                    : kind[0].equals("cgroup") ? Arrays.asList(kind[2].split(",")) : List.of();
            for (String name : names) {
                mounts.putIfAbsent(name, Path.of(place[MOUNT_POINT]));
                roots.putIfAbsent(name, place[ROOT]);
            }
        }
        Map<String, String> groups = new HashMap<>();
        for (String line : Files.readAllLines(self.resolve("cgroup"))) {
            String[] parts = line.split(":", 3);
            for (String name : parts[1].split(",")) {
                groups.put(name, parts[2]);
            }
        }
        return new Hierarchies(mounts, roots, groups);
    }

    /** Whether version 2 has the controllers: some machines mount it with none beside version 1. */
    boolean whole() {
        return has("") && !has("memory");
    }

    boolean has(String controller) {
        return mounts.containsKey(controller);
    }

    /** The directory of the group that the kernel runs in; the top, if that is not to be seen from here. */
    Path own(String controller) {
        Path mount = mounts.get(controller);
        String root = roots.get(controller);
        String group = groups.getOrDefault(controller, "/");
        String below = root.equals("/") ? group : group.startsWith(root) ? group.substring(root.length()) : "/";
        Path own = mount.resolve(below.replaceFirst("^/+", ""));
        return Files.isDirectory(own) ? own : mount;
    }
}
