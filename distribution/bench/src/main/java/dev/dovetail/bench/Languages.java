package dev.dovetail.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;

/** A one-line function in each language: from its first call to the answer, and what the parts of that took. */
final class Languages {
    private static final String NAME = "{\"name\": \"world\"}";
    /**
     * First calls of other functions before those that are measured: a server that has served for a while has its code for them
     * compiled. Those inside the process take little, so that they can be many.
     */
    private static final Map<String, Integer> WARMING = Map.of("starlark", 400, "wasm", 200);

    private static final int WARMING_WORKERS = 10;

    /** How many calls a worker of Node takes at once in one of the rows of warm calls. */
    private static final int SEVERAL = 16;

    private final Dovetail dovetail;
    private final PrintWriter out;
    private final Optional<Subject> workerd;
    private final Map<String, String> deployed = new TreeMap<>();

    /** What the function looks like in a language, and the runtimes that it may be run by, the first that is there. */
    private record Program(String name, List<String> runtimes, String form, IntFunction<String> source, String input) {
        /** Code of which there is no other like it, so that nothing of it is there yet but what is shared by all. */
        String code(int number) {
            return source.apply(number);
        }
    }

    /** @param comment that begins one in this language */
    private static IntFunction<String> text(String source, String comment) {
        return number -> source + comment + " " + number + "\n";
    }

    /** @param workerd what a first call of code in this process is compared with, if it is there */
    Languages(Dovetail dovetail, PrintWriter out, Optional<Subject> workerd) {
        this.dovetail = dovetail;
        this.out = out;
        this.workerd = workerd;
    }

    private List<Program> programs() {
        List<Program> programs = new ArrayList<>();
        programs.add(new Program(
                "starlark",
                List.of("starlark"),
                "source",
                text("def main(ctx, input):\n    return {\"hello\": input.name}\n", "#"),
                NAME));
        Path wasm = dovetail.example().resolveSibling("wasm/c/main.wasm");
        if (Files.exists(wasm)) {
            programs.add(
                    new Program("wasm", List.of("wasm"), "zip", number -> zipped(wasm, number), "\"one two three\""));
        }
        programs.add(new Program(
                "python",
                List.of("python3.13", "python3.12", "python3.11", "python3.10", "python3.9"),
                "source",
                text("def handler(event, context):\n    return {'hello': event['name']}\n", "#"),
                NAME));
        programs.add(new Program(
                "node",
                List.of("node22", "node20", "node18"),
                "source",
                text("exports.handler = async event => ({hello: event.name});\n", "//"),
                NAME));
        programs.add(new Program(
                "ruby",
                List.of("ruby3.4", "ruby3.3", "ruby3.2", "ruby3.1"),
                "source",
                text("def handler(event:, context:)\n  {hello: event['name']}\nend\n", "#"),
                NAME));
        programs.add(new Program(
                "java",
                List.of("java25", "java21", "java17"),
                "source",
                text(
                        "import java.util.Map;\npublic class Handler {\n  public Object handleRequest(Map<String, Object> event) {\n"
                                + "    return Map.of(\"hello\", event.get(\"name\"));\n  }\n}\n",
                        "//"),
                NAME));
        return programs;
    }

    /** The module is the same each time, so that it is compiled once: the archive is not. */
    private static String zipped(Path module, int number) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("main.wasm"));
            zip.write(Files.readAllBytes(module));
            zip.putNextEntry(new ZipEntry("number.txt"));
            zip.write(Integer.toString(number).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** A call of the last function that was deployed in each language; for Node also of one whose workers take several at once. */
    List<Comparison.Called> warm() throws InterruptedException {
        List<Comparison.Called> called = new ArrayList<>();
        for (Program each : programs()) {
            if (!deployed.containsKey(each.name())) {
                continue;
            }
            called.add(call(deployed.get(each.name()), each.input()));
            if (each.name().equals("node")) {
                String name = "node-" + SEVERAL + "-at-once";
                for (String runtime : each.runtimes()) {
                    if (dovetail.tryDeploy(name, runtime, each.form(), each.code(0), SEVERAL)) {
                        called.add(call(name, each.input()));
                        break;
                    }
                }
            }
        }
        return called;
    }

    private Comparison.Called call(String function, String input) {
        byte[] request = Load.post(
                "/api/v1/functions/" + function + "/invoke", Dovetail.TOKEN, input.getBytes(StandardCharsets.UTF_8));
        return new Comparison.Called("  " + function, dovetail.subject(), request);
    }

    /** The first call of a function that was never there before, which is loaded for it. */
    private Optional<Double> loaded(int times) throws IOException {
        if (workerd.isEmpty()) {
            return Optional.empty();
        }
        byte[] request = Load.post("/cold", "none", NAME.getBytes(StandardCharsets.UTF_8));
        double[] millis = new double[times];
        try (Wire wire = new Wire(workerd.get().port())) {
            for (int i = 0; i < times; i++) {
                long began = System.nanoTime();
                Wire.Response response = wire.ask(request);
                if (response.status() != 200) {
                    throw new IllegalStateException("workerd loads no worker: " + response.text());
                }
                millis[i] = (System.nanoTime() - began) / 1e6;
            }
        }
        Arrays.sort(millis);
        return Optional.of(millis[times / 2]);
    }

    /** @param pause before each, so that a worker may be started ahead */
    void cold(String what, int times, Duration pause) throws InterruptedException {
        out.println();
        Table table =
                new Table(out, what, "min ms", "p50 ms", "p95 ms", "alone ms", "x alone", "of these, at the median");
        for (Program each : programs()) {
            measure(each, times, pause, table);
        }
    }

    /** Over one connection, by a client that costs next to nothing: the JDK's own takes some milliseconds on so few processors. */
    private void measure(Program each, int times, Duration pause, Table table) throws InterruptedException {
        try (Wire wire = new Wire(dovetail.subject().port())) {
            String runtime = deploy(each, 0);
            if (runtime.isEmpty()) {
                table.row("  " + each.name(), "-", "-", "-", "-", "-", "not on this machine");
                return;
            }
            told(wire.ask(request(each, 0)));
            int warming = WARMING.getOrDefault(each.name(), WARMING_WORKERS);
            for (int i = 1; i <= warming; i++) {
                deploy(each, times + i);
                told(wire.ask(request(each, times + i)));
            }
            double[] millis = new double[times];
            TreeMap<Double, String> parts = new TreeMap<>();
            for (int i = 0; i < times; i++) {
                deploy(each, i + 1);
                Thread.sleep(pause);
                byte[] request = request(each, i + 1);
                long began = System.nanoTime();
                Wire.Response response = wire.ask(request);
                millis[i] = (System.nanoTime() - began) / 1e6;
                parts.put(millis[i], told(response));
            }
            Arrays.sort(millis);
            deployed.put(each.name(), each.name() + "-" + times);
            double median = millis[times / 2];
            Optional<Double> alone = WARMING.containsKey(each.name()) ? loaded(times) : Alone.millis(runtime, times);
            table.row(
                    "  " + runtime,
                    millis[0],
                    median,
                    millis[Math.min(times - 1, times * 95 / 100)],
                    alone.<Object>map(it -> it).orElse("-"),
                    alone.<Object>map(it -> median / it).orElse("-"),
                    parts.get(median));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] request(Program program, int number) {
        return Load.post(
                "/api/v1/functions/" + program.name() + "-" + number + "/invoke",
                Dovetail.TOKEN,
                "application/vnd.dovetail.result+json",
                program.input().getBytes(StandardCharsets.UTF_8));
    }

    private String deploy(Program program, int number) throws InterruptedException {
        for (String runtime : program.runtimes()) {
            if (dovetail.tryDeploy(program.name() + "-" + number, runtime, program.form(), program.code(number), 1)) {
                return runtime;
            }
        }
        return "";
    }

    private static String told(Wire.Response response) {
        JsonNode result = Dovetail.JSON.readTree(response.text());
        if (result.path("statusCode").intValue() != 200
                || !result.path("wasColdStart").booleanValue()) {
            throw new IllegalStateException("Not a cold start that went well: " + result);
        }
        StringBuilder parts = new StringBuilder();
        result.path("coldStart")
                .properties()
                .forEach(each -> parts.append(each.getKey().replace("Ms", ""))
                        .append(String.format(" %.1f  ", each.getValue().doubleValue())));
        return parts.append(
                        String.format("call %.1f", result.get("executionTime").doubleValue()))
                .toString();
    }
}
