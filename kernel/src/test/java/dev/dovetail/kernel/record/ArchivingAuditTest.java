package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Old entries of the audit go into the archive, and what is there is read with what machines have for it. */
@Tag("EX-18")
class ArchivingAuditTest {
    @TempDir
    Path folder;

    private ArchiveSite site;

    @BeforeEach
    void start() throws Exception {
        site = new ArchiveSite(folder);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void oldEntriesOfTheAuditAreArchivedWithTheirChainWhichCanBeVerifiedThere() throws Exception {
        Instant[] now = {ArchiveSite.OLD};
        Audit audit = new Audit(
                site.plugins.state(),
                ArchiveSite.SCHEMAS,
                "boot",
                Thread::new,
                () -> now[0],
                () -> now[0],
                site.archive);
        for (int i = 0; i < 60; i++) {
            now[0] = ArchiveSite.OLD.plus(Duration.ofHours(i));
            audit.add(i % 2 == 0 ? Calls.TENANT : ArchiveSite.OTHER, said(now[0], i), Optional.empty());
        }
        List<JsonNode> before = new ArrayList<>();
        before.addAll(audit.list(Calls.TENANT, Instant.MIN, Instant.MAX, _ -> true, "", 100)
                .entries());
        before.addAll(audit.list(ArchiveSite.OTHER, Instant.MIN, Instant.MAX, _ -> true, "", 100)
                .entries());
        assertEquals(60, before.size());
        Instant first = ArchiveSite.OLD.plus(Duration.ofHours(50));
        Files.move(site.archived, folder.resolve("away"));
        audit.keepSince(first);
        assertTrue(
                site.archive.trouble().orElseThrow().contains("audit"),
                site.archive.trouble().toString());
        assertEquals(
                30,
                audit.list(ArchiveSite.OTHER, Instant.MIN, Instant.MAX, _ -> true, "", 100)
                        .entries()
                        .size());
        Files.move(folder.resolve("away"), site.archived);
        site.state.dropsNothing = true;
        assertThrows(PluginFailure.class, () -> audit.keepSince(first));
        site.state.dropsNothing = false;
        audit.keepSince(first);
        assertEquals(Optional.empty(), site.archive.trouble());

        List<JsonNode> left = new ArrayList<>();
        left.addAll(audit.list(Calls.TENANT, Instant.MIN, Instant.MAX, _ -> true, "", 100)
                .entries());
        left.addAll(audit.list(ArchiveSite.OTHER, Instant.MIN, Instant.MAX, _ -> true, "", 100)
                .entries());
        List<JsonNode> lines = site.lines("audit");
        Set<String> hashes = new TreeSet<>();
        for (JsonNode each : lines) {
            hashes.add(each.get("hash").stringValue());
            ObjectNode content = (ObjectNode) each.deepCopy();
            content.remove("hash");
            assertEquals(
                    each.get("hash").stringValue(),
                    Digest.of(ArchiveSite.SCHEMAS.bytes(content).toArray()).hex(),
                    "as it was written");
        }
        left.forEach(each -> hashes.add(each.get("hash").stringValue()));
        assertEquals(
                before.stream()
                        .map(each -> each.get("hash").stringValue())
                        .collect(Collectors.toCollection(TreeSet::new)),
                hashes,
                "each is here or there");
        assertTrue(lines.size() > 50 && lines.size() < 100, "the first day twice: " + lines.size());
        assertTrue(left.size() < 12, "only young ones are left: " + left.size());
        assertTrue(audit.verify(ArchiveSite.OTHER, Instant.EPOCH).broken().isEmpty());
        audit.close();
    }

    private static Audited said(Instant at, int i) {
        return new Audited(
                at,
                "gts.x.core.faas.audit.v1~dovetail.test._.said.v1~",
                "user/ann",
                "c" + i,
                Optional.empty(),
                ArchiveSite.SCHEMAS.object().put("n", i));
    }

    /** As the operators' manual says, with what machines have for it. */
    @Test
    void theManualsExamplesRead() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/jq")), "the other tests read it in Java");
        Set<String> mine = site.added(Calls.TENANT, ArchiveSite.OLD, 5);
        Audit audit = new Audit(
                site.plugins.state(),
                ArchiveSite.SCHEMAS,
                "boot",
                Thread::new,
                () -> ArchiveSite.OLD,
                () -> Calls.NOON,
                site.archive);
        audit.add(Calls.TENANT, said(ArchiveSite.OLD, 1), Optional.empty());
        audit.add(Calls.TENANT, said(ArchiveSite.OLD, 2), Optional.empty());
        site.state.dropsNothing = true;
        assertThrows(PluginFailure.class, () -> site.records.keepOnly(7));
        site.state.dropsNothing = false;
        site.records.keepOnly(7);
        audit.keepSince(Calls.NOON.plus(Duration.ofDays(10)));
        audit.close();
        Path manual = Path.of("../docs/operators.md");
        List<String> examples = Files.readString(manual)
                .lines()
                .filter(line -> line.startsWith("zcat "))
                .map(line -> line.replaceAll(" +#.*", ""))
                .toList();
        assertEquals(3, examples.size(), examples.toString());
        String id = mine.iterator().next();
        assertTrue(said(examples.get(0), id).contains(id));
        assertEquals("5", said(examples.get(1), id).strip(), "each once");
        assertEquals("", said(examples.get(2), id).strip(), "nothing is wrong with the audit");
    }

    private String said(String example, String id) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "-o", "pipefail", "-c", example);
        builder.environment().put("ID", id);
        Process process = builder.redirectErrorStream(true)
                .directory(site.archived.toFile())
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
