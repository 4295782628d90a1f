package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data folder's disk has no room left. */
@Needs(Need.MOUNT)
class FullDiskTest {
    @TempDir
    Path folder;

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void aDeploymentIsRefusedInWordsAndWorksOnceThereIsRoom() throws Exception {
        assertEquals(0, run("mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", folder.toString()));
        try (House house = House.at(folder).open()) {
            house.deploy("before", "echo");
            assertTrue(free(house) > 32 << 20, "room before");
            Path ballast = folder.resolve("ballast");
            Files.write(ballast, new byte[(int) free(house) - (1 << 20)]);
            Files.write(folder.resolve("rest"), new byte[(int) Math.max(0, free(house))]);

            Reply full = house.post("/api/v1/functions", House.function("after", "echo"));
            full.isProblem(503, "unavailable");
            String detail = full.json().get("detail").stringValue();
            assertTrue(detail.contains("the disk is full") && detail.contains(folder.toString()), detail);
            assertEquals(
                    "{\"n\":1}", house.invoke("before", "{\"n\":1}").is(200).body());

            Files.delete(ballast);
            house.deploy("after", "echo");
            assertEquals("{\"n\":1}", house.invoke("after", "{\"n\":1}").is(200).body());
        } finally {
            run("umount", folder.toString());
        }
    }

    @Test
    void aDiskThatTakesNoMoreFilesIsToldApart() throws Exception {
        assertEquals(0, run("mount", "-t", "tmpfs", "-o", "size=96m,nr_inodes=1000", "tmpfs", folder.toString()));
        try (House house = House.at(folder).open()) {
            house.deploy("before", "echo");
            Path many = Files.createDirectory(folder.resolve("many"));
            for (int i = 0; i < 1000; i++) {
                try {
                    Files.createFile(many.resolve("file" + i));
                } catch (IOException e) {
                    break; // none is left
                }
            }
            Reply full = house.post("/api/v1/functions", House.function("after", "echo"));
            full.isProblem(503, "unavailable");
            String detail = full.json().get("detail").stringValue();
            assertTrue(
                    detail.contains("took no more, though it has ")
                            && detail.contains(" MiB left: ")
                            && detail.contains(folder.toString()),
                    detail);
            house.invoke("before", "{\"n\":1}").is(200);

            for (int i = 0; i < 100; i++) {
                Files.deleteIfExists(many.resolve("file" + i));
            }
            house.deploy("after", "echo");
            house.invoke("after", "{\"n\":1}").is(200);
        } finally {
            run("umount", folder.toString());
        }
    }

    private static long free(House house) {
        String line = house.get("/metrics")
                .is(200)
                .body()
                .lines()
                .filter(each -> each.startsWith("disk_free_bytes"))
                .findFirst()
                .orElseThrow();
        return (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }
}
