package dev.dovetail.distribution;

import dev.dovetail.testkit.FirstRunCounts;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random workflows go on while processes, disks and connections stand still, for less and for longer than a node holds what it
 * carries: then another node goes on with it, and the one that stood still must notice.
 *
 * <p>By hand, for as long as one likes: {@code -Dkills=1000}, and {@code -Dkills.seed=...} for the same workflows again.
 */
@FirstRunCounts
@Tag("NF-11")
@Tag("FH-15")
@Timeout(value = 3, unit = TimeUnit.HOURS)
final class StandstillTest {
    private static final long SEED = Survival.chosenSeed();

    @TempDir
    private Path folder;

    @Test
    @Needs({Need.POSTGRES_BINARIES, Need.SHELL})
    void workflowsOfTwoNodesOutliveProcessesAndConnectionsThatStandStill() throws Exception {
        Path blobs = folder.resolve("blobs");
        try (EmbeddedPostgres postgres = Survival.durable();
                Strait one = Strait.to(postgres.getPort());
                Strait other = Strait.to(postgres.getPort());
                Herd herd =
                        new Herd(folder, List.of(Survival.shared(by(one), blobs), Survival.shared(by(other), blobs)))) {
            List<Strait> straits = List.of(one, other);
            new Survival(herd, SEED)
                    .of(
                            List.of(
                                    (node, world, random) -> still(herd, herd.process(node), world, random, 9),
                                    (node, world, random) -> still(herd, straits.get(node), world, random, 9),
                                    (node, world, random) -> still(herd, all(straits), world, random, 5),
                                    (node, world, _) -> herd.standStill(cut(straits.get(node), world), Duration.ZERO)),
                            Survival.times(3, 6));
        }
    }

    @Test
    @Needs(Need.FREEZABLE_DISK)
    void workflowsOnTheEmbeddedStoreOutliveADiskThatStandsStill() throws Exception {
        Path mounted = Files.createDirectory(folder.resolve("disk"));
        try (Disk disk = Disk.at(mounted, 512);
                Herd herd = new Herd(mounted, List.of(Survival.configuration().toString()))) {
            new Survival(herd, SEED)
                    .of(List.of((_, world, random) -> still(herd, disk, world, random, 6)), Survival.times(2, 4));
        }
    }

    private static String by(Strait strait) {
        return "jdbc:postgresql://localhost:" + strait.port() + "/postgres";
    }

    private static void still(Herd herd, Herd.Standstill what, Effects world, Random random, int mostSeconds)
            throws Exception {
        world.disturbed();
        herd.standStill(what, Duration.ofMillis(200 + random.nextInt(1000 * mostSeconds)));
        world.disturbed();
    }

    private static Herd.Standstill all(List<Strait> straits) {
        return new Herd.Standstill() {
            @Override
            public void begin() {
                straits.forEach(Strait::begin);
            }

            @Override
            public void end() {
                straits.forEach(Strait::end);
            }
        };
    }

    private static Herd.Standstill cut(Strait strait, Effects world) {
        return new Herd.Standstill() {
            @Override
            public void begin() throws Exception {
                world.disturbed();
                strait.cut();
            }

            @Override
            public void end() {
                // whoever was cut off comes again
            }
        };
    }
}
