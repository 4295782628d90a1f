package dev.dovetail.kernel.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.FirstRunCounts;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random workflows in random histories of two nodes: with crashes at any commit, shards that change hands in the middle of it,
 * commits of unknown fate, signals, pauses and cancellations. {@code -Dsimulation.seed} plays one history again, and
 * {@code -Dsimulation.seconds} sets for how long it goes on.
 */
@FirstRunCounts
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DurableSimulationTest {
    private static final int STEPS = 120;

    private SimLab lab;

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        lab = new SimLab(folder);
    }

    @AfterAll
    void close() {
        lab.close();
    }

    @Test
    @Tag("WF-04")
    @Tag("WF-29")
    @Tag("EX-04")
    @Tag("NF-11")
    void whateverHappensAllThatWasAcceptedEndsAndNothingSettledIsRepeated(TestReporter reporter) {
        long seconds = Long.getLong("simulation.seconds", 5);
        long only = Long.getLong("simulation.seed", 0);
        long first = only != 0 ? only : new Random().nextLong();
        long until = System.nanoTime() + seconds * 1_000_000_000;
        int histories = 0;
        int commits = 0;
        int effects = 0;
        int ends = 0;
        do {
            long seed = first + histories++;
            SimTruth truth = play(seed, SimTruth.Bug.NONE);
            assertEquals(List.of(), truth.violations(), "-Dsimulation.seed=" + seed);
            commits += truth.commits();
            effects += truth.effects();
            ends += truth.ends();
        } while (only == 0 && System.nanoTime() < until);
        reporter.publishEntry(
                "simulation",
                "seed " + first + ": " + histories + " histories, " + ends + " executions, " + effects + " effects, "
                        + commits + " commits");
        assertTrue(ends >= histories, "histories in which something ends");
    }

    @Test
    void theSameSeedIsTheSameHistory() {
        long seed = new Random().nextLong();
        SimTruth one = play(seed, SimTruth.Bug.NONE);
        SimTruth two = play(seed, SimTruth.Bug.NONE);
        assertEquals(one.commits(), two.commits(), "-Dsimulation.seed=" + seed);
        assertEquals(one.effects(), two.effects(), "-Dsimulation.seed=" + seed);
    }

    @Tag("WF-29")
    @ParameterizedTest
    @EnumSource(value = SimTruth.Bug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedBugIsFound(SimTruth.Bug bug, TestReporter reporter) {
        for (long seed = 1; seed <= 500; seed++) {
            List<String> violations = play(seed, bug).violations();
            if (!violations.isEmpty()) {
                reporter.publishEntry(bug + " found by history " + seed, violations.getFirst());
                return;
            }
        }
        throw new AssertionError("500 histories did not find " + bug);
    }

    private SimTruth play(long seed, SimTruth.Bug bug) {
        return new SimWorld(lab, seed, bug).play(STEPS);
    }
}
