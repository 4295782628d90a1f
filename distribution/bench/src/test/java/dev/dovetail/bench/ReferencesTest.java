package dev.dovetail.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who names a reference that cannot be measured is told why, before anything is. */
final class ReferencesTest {
    @Test
    void dbosWithoutAServerIsRefused(@TempDir Path folder) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> new Bench.WorkflowPlan(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        0,
                        0,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(folder)));
        assertEquals(
                "DBOS keeps its state in PostgreSQL, and no server was named; expected --postgres",
                refused.getMessage());
    }

    @Test
    void whatIsNoAddressOfAServerIsQuotedWithWhatWasExpected(@TempDir Path folder) {
        for (String wrong :
                new String[] {"", "localhost:5432", "postgresql://localhost/x", "jdbc:postgresql://localhost"}) {
            String told = assertThrows(
                            IllegalArgumentException.class, () -> Postgres.at(wrong, folder.resolve("none.jar")))
                    .getMessage();
            assertEquals(
                    "Not a PostgreSQL server: \"" + wrong
                            + "\"; expected jdbc:postgresql://HOST:PORT/DATABASE?user=NAME&password=TEXT",
                    told);
        }
    }

    @Test
    void aFolderWithoutDbosGetsWhatFetchesIt(@TempDir Path folder) throws IOException {
        Path empty = folder.resolve("dbos");
        String told = assertThrows(IllegalArgumentException.class, () -> Dbos.require(empty))
                .getMessage();
        assertTrue(told.contains("mvn -f " + empty + " dependency:copy-dependencies"), told);
        assertTrue(Files.readString(empty.resolve("pom.xml")).contains("<artifactId>transact</artifactId>"));

        Files.createFile(empty.resolve("transact-1.1.0-m6.jar"));
        Dbos.require(empty);
    }

    @Test
    void aFolderWithoutWorkerdGetsWhatFetchesIt(@TempDir Path folder) {
        String told = assertThrows(
                        IllegalArgumentException.class,
                        () -> new Bench.LanguagePlan(
                                Duration.ofSeconds(1), Duration.ofSeconds(1), 1, Optional.of(folder)))
                .getMessage();
        assertTrue(told.endsWith("npm install --prefix " + folder + " workerd puts it there"), told);
    }
}
