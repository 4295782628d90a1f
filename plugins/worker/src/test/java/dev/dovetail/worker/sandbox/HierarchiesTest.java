package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HierarchiesTest {
    @TempDir
    private Path folder;

    private Hierarchies read(String mounts, String groups) throws IOException {
        Files.writeString(folder.resolve("mountinfo"), mounts.replace("$", folder.toString()));
        Files.writeString(folder.resolve("cgroup"), groups);
        return Hierarchies.read(folder);
    }

    @Test
    void versionTwoAloneIsWhole() throws Exception {
        Path own = Files.createDirectories(folder.resolve("cg/system.slice/dovetail.service"));
        Hierarchies found = read(
                "30 24 0:26 / $/cg rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n25 1 0:5 / /proc rw - proc proc rw\n",
                "0::/system.slice/dovetail.service\n");
        assertTrue(found.whole());
        assertEquals(own, found.own(""));
    }

    @Test
    void besideVersionOneItIsNot() throws Exception {
        Path memory = Files.createDirectories(folder.resolve("memory/a"));
        Path cpu = Files.createDirectories(folder.resolve("cpu,cpuacct"));
        Hierarchies found = read("""
                30 24 0:26 / $/unified rw - cgroup2 cgroup2 rw
                31 24 0:27 / $/memory rw shared:9 - cgroup cgroup rw,memory
                32 24 0:28 / $/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                """, "5:memory:/a\n4:cpu,cpuacct:/\n1:name=systemd:/b\n0::/\n");
        assertFalse(found.whole());
        assertEquals(memory, found.own("memory"));
        assertEquals(cpu, found.own("cpu"));
        assertEquals(cpu, found.own("cpuacct"));
        assertFalse(found.has("pids"));
    }

    @Test
    void insideOfAContainerTheTopIsItsGroup() throws Exception {
        Path top = Files.createDirectories(folder.resolve("memory"));
        Hierarchies found =
                read("31 24 0:27 /docker/abc $/memory ro - cgroup cgroup rw,memory\n", "5:memory:/docker/abc\n");
        assertEquals(top, found.own("memory"));
    }
}
