package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts a cell and has a program look around in it.
 *
 * @param found by name what it saw; empty if it did not start
 * @param said why not
 * @param grouped whether its processes were where their limits are
 */
record Probe(Map<String, String> found, String said, boolean grouped) {
    private static final long MEMORY = 64 << 20;
    private static final int PROCESSES = 16;
    private static final int FILES = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Waits for a line before it ends, so that it can be looked at from outside meanwhile. */
    private static final String LOOK = """
            while read -r name value; do
              case $name in Uid:|CapEff:|CapBnd:|NoNewPrivs:|Seccomp:) echo $name $value;; esac
            done < /proc/self/status
            set -- /proc/[0-9]*; echo processes: $#
            test -e /etc/shadow && echo shadow: seen
            test -w / && echo root: writable
            test -w /usr && echo system: writable
            while read -r name rest; do case $name in lo:) ;; *:) echo network: $name;; esac; done < /proc/net/dev
            echo end: 0
            read -r line
            """;

    static Probe of(CellMaker maker) {
        CellPlan plan = new CellPlan(
                List.of("/bin/sh", "-c", LOOK),
                Map.of("PATH", "/usr/bin:/bin"),
                Path.of("/"),
                List.of(),
                MEMORY,
                MEMORY / 4,
                PROCESSES,
                FILES,
                Egress.NONE,
                Isolation.PROCESS);
        try (RunningCell cell = maker.make(plan)) {
            Map<String, String> found = new HashMap<>();
            BufferedReader reader = new BufferedReader(new InputStreamReader(cell.output(), StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] words = line.split("\\s+", 2);
                found.put(words[0], words.length > 1 ? words[1] : "");
                if (words[0].equals("end:")) {
                    break;
                }
            }
            boolean grouped = cell.hold().doors().stream()
                    .noneMatch(door -> ControlGroups.pids(door.getParent()).isEmpty());
            cell.input().close();
            String said = new String(cell.errors().readAllBytes(), StandardCharsets.UTF_8).strip();
            cell.ended().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return new Probe(found.containsKey("end:") ? found : Map.of(), said, grouped);
        } catch (IOException | ExecutionException | TimeoutException e) {
            return new Probe(Map.of(), String.valueOf(e.getMessage()), false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Probe(Map.of(), "interrupted", false);
        }
    }

    /** Whether namespaces hide the machine: its processes, its files, its network. */
    boolean walled() {
        return !found.isEmpty()
                && Integer.parseInt(found.get("processes:")) < PROCESSES
                && !found.containsKey("shadow:")
                && !found.containsKey("root:")
                && !found.containsKey("system:")
                && !found.containsKey("network:")
                && found.get("CapEff:").matches("0+")
                && found.get("NoNewPrivs:").equals("1");
    }

    boolean filtered() {
        return "2".equals(found.get("Seccomp:"));
    }

    /** Whether the program was somebody whom nobody else on the machine is. */
    boolean ownUser(SandboxSettings settings) {
        String uid = found.getOrDefault("Uid:", "0").split("\\s+")[0];
        return Long.parseLong(uid) >= settings.firstUser();
    }

    static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
