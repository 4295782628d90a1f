package dev.dovetail.worker;

import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.worker.sandbox.CellPlan;
import dev.dovetail.worker.sandbox.CellPlan.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Where things are inside of a worker's cell. */
final class Layout {
    static final Path CODE = Path.of("/var/task");
    static final Path LAYERS = Path.of("/opt/layers");
    static final Path FILES = Path.of("/opt/dovetail");
    static final Path SOCKETS = Path.of("/run/worker");
    static final String SOCKET = "s";

    private static final int PROCESSES = 256;
    private static final int OPEN_FILES = 1024;

    private Layout() {}

    /** What a worker may be: known of a version, or of a blank that is for any. */
    record Room(Interpreter interpreter, Limits limits, Egress egress, Isolation atLeast) {}

    static List<Mount> mounts(Launch launch) {
        List<Mount> mounts = new ArrayList<>();
        mounts.add(new Mount(launch.code(), CODE, false));
        List<Path> layers = layers(launch);
        for (int i = 0; i < layers.size(); i++) {
            mounts.add(new Mount(launch.layers().get(i), layers.get(i), false));
        }
        return mounts;
    }

    /** Where its layers are. */
    static List<Path> layers(Launch launch) {
        return IntStream.range(0, launch.layers().size())
                .mapToObj(i -> LAYERS.resolve(Integer.toString(i)))
                .toList();
    }

    /**
     * @param mine mounts of the code
     * @param environment where the worker connects
     */
    static CellPlan plan(Yard yard, Room room, List<Mount> mine, Map<String, String> environment) {
        Language language = yard.language();
        List<Mount> mounts = new ArrayList<>(mine);
        mounts.add(new Mount(yard.files(), FILES, false));
        mounts.addAll(language.mounts(room.interpreter()));
        room.interpreter().home().ifPresent(home -> mounts.add(new Mount(home, home, false)));
        Map<String, String> variables = new HashMap<>(
                Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "HOME", "/tmp", "TMPDIR", "/tmp", "LANG", "C.UTF-8"));
        variables.putAll(language.environment(room.interpreter()));
        variables.putAll(environment);
        long memory = (long) room.limits().memoryMb() << 20;
        return new CellPlan(
                language.command(room.interpreter(), FILES, room.limits()),
                variables,
                CODE,
                mounts,
                memory,
                memory / 2,
                PROCESSES,
                OPEN_FILES,
                room.egress(),
                room.atLeast());
    }
}
