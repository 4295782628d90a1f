package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The documents say what is so: their examples answer what they say, their links lead somewhere, their commands work. */
@Timeout(180)
final class DocsTest {
    private static final Pattern BLOCK = Pattern.compile(
            "<!-- (example|contract|input|output) ([a-z0-9-]+)(?: ([a-z0-9.]+))? -->\\s*```[a-z]*\\n(.*?)```",
            Pattern.DOTALL);
    private static final String RUNTIME = "runtime";
    private static final Pattern SHELL = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s#]+)(#[^)\\s]*)?\\)");
    private static final Pattern FENCED = Pattern.compile("```.*?```|`[^`\\n]*`", Pattern.DOTALL);

    /** Documents that are named already and still to be written. */
    @TempDir
    private Path folder;

    @Test
    void everyExampleForFunctionWritersAnswersWhatIsSaid() throws Exception {
        Map<String, Map<String, String>> examples = examples();
        assertTrue(examples.size() >= 3, examples::toString);
        try (Running server = Running.on(folder.resolve("data"))) {
            for (Map.Entry<String, Map<String, String>> each : examples.entrySet()) {
                String name = each.getKey();
                Map<String, String> blocks = each.getValue();
                ObjectNode function = Running.JSON.createObjectNode();
                function.put("name", name).put("runtime", blocks.getOrDefault(RUNTIME, "starlark"));
                function.putObject("code").put("source", blocks.get("example"));
                if (blocks.containsKey("contract")) {
                    function.set("contract", Running.JSON.readTree(blocks.get("contract")));
                }
                var deployed = server.post("/api/v1/functions", function);
                if (deployed.status() == 422
                        && blocks.containsKey(RUNTIME)
                        && !"all".equals(System.getenv("DOVETAIL_PROVE"))) {
                    continue; // this machine lacks the runtime, or walls to run it in
                }
                deployed.expecting(201);
                JsonNode answer = server.post("/api/v1/functions/" + name + "/invoke", blocks.get("input"))
                        .expecting(200)
                        .body();
                assertEquals(Running.JSON.readTree(blocks.get("output")), answer, name);
            }
        }
    }

    private static Map<String, Map<String, String>> examples() throws IOException {
        Map<String, Map<String, String>> examples = new HashMap<>();
        Matcher blocks = BLOCK.matcher(Files.readString(House.SOURCES.resolve("docs/functions.md")));
        while (blocks.find()) {
            Map<String, String> its = examples.computeIfAbsent(blocks.group(2), _ -> new HashMap<>());
            its.put(blocks.group(1), blocks.group(4));
            if (blocks.group(3) != null) {
                its.put(RUNTIME, blocks.group(3));
            }
        }
        return examples;
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            String text = FENCED.matcher(Files.readString(document)).replaceAll("");
            Matcher links = LINK.matcher(text);
            while (links.find()) {
                String link = links.group(1);
                if (!link.contains(":") && !Files.exists(document.resolveSibling(link))) {
                    broken.add(House.SOURCES.relativize(document) + " -> " + link);
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    @Tag("NF-12")
    void thePageOfPromisedTimesSaysOfEachWhatKeepsItAndWhatWasMeasured() throws IOException {
        String page = Files.readString(House.SOURCES.resolve("docs/decisions/promised-times.md"));
        for (String promise : List.of(
                "begins within 100 ms of the request (p95)",
                "next step within 50 ms (p95), 10 ms of overhead",
                "a search within 200 ms (p95)",
                "10,000 executions at once",
                "1,000 starts a second, and so 1,000,000 a day",
                "10,000 definitions, 1,000 tenants")) {
            String row = page.lines()
                    .filter(line -> line.startsWith("|") && line.contains(promise))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("No row has " + promise));
            String[] cells = row.split("\\|");
            assertEquals(4, cells.length, row);
            assertTrue(cells[2].strip().length() > 20 && !cells[3].isBlank(), row);
        }
        for (String part : List.of("Latency", "Concurrency", "Persistence", "Not chosen")) {
            Matcher section = Pattern.compile("\n## " + part + "\n(.*?)(\n## |\\z)", Pattern.DOTALL)
                    .matcher(page);
            assertTrue(section.find(), part);
            assertTrue(
                    section.group(1)
                                    .lines()
                                    .filter(line -> line.startsWith("* "))
                                    .count()
                            >= 3,
                    section.group());
        }
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(House.SOURCES.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(House.SOURCES.resolve("README.md")),
                            docs.filter(file -> file.toString().endsWith(".md")))
                    .toList();
        }
    }

    @Test
    @Needs({Need.SHELL, Need.CURL})
    void theCommandsOfTheReadmeWork() throws Exception {
        Path data = folder.resolve("dovetail-data");
        try (Running server = Running.on(data)) {
            String script =
                    commands().replace("http://127.0.0.1:8080", server.address().toString());
            ProcessBuilder shell = House.process(data);
            shell.command("/bin/sh", "-eux", "-c", script);
            House.Said said = House.run(shell).expecting(0);
            assertTrue(said.out().contains("\"letters\":5"), said::out);
            assertTrue(said.out().contains("greeting world"), said::out);
            assertTrue(said.out().contains("executor-starlark"), said::out);
            assertTrue(said.out().contains("\"hello\":\"curl\""), said::out);
            String last = said.out().strip().lines().toList().getLast();
            assertTrue(last.contains("\"hello\":\"world\""), said::out);
        }
    }

    /** What the README's newcomer types in the second terminal, and the same over plain HTTP. */
    private static String commands() throws IOException {
        List<String> blocks = SHELL.matcher(Files.readString(House.SOURCES.resolve("README.md")))
                .results()
                .map(found -> found.group(1))
                .toList();
        String own = block(blocks, "hello.star")
                .replace("dovetail=distribution/bin/dovetail", "dovetail=" + House.command());
        String curl = block(blocks, "curl ");
        String alias = block(blocks, "aliases hello live");
        assertFalse(own.contains("distribution/bin"), own);
        return own + curl + alias;
    }

    private static String block(List<String> blocks, String containing) {
        return blocks.stream()
                .filter(each -> each.contains(containing))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No block of the README has " + containing));
    }
}
