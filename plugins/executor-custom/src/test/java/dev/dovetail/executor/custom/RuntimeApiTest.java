package dev.dovetail.executor.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the API answers to programs that use all of it, or misuse it. */
@Needs({Need.BASH, Need.CURL})
@Tag("RT-26")
final class RuntimeApiTest {
    private static final String TAKE = """
            headers=$(mktemp)
            take() {
                input=$(curl -s -D "$headers" "$api/2018-06-01/runtime/invocation/next") || exit 0
                id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: \\([^\\r]*\\).*/\\1/Ip' "$headers")
            }
            """;

    private static Path code(TestBench bench, String body) throws Exception {
        Path code = bench.folder();
        Benches.plain(code.resolve("bootstrap"), "#!/bin/bash\napi=\"http://$AWS_LAMBDA_RUNTIME_API\"\n" + TAKE + body);
        return code;
    }

    @Test
    void aProgramThatRefusesToBeginIsRejectedInItsOwnWords() throws Exception {
        try (TestBench bench = Benches.bare()) {
            Path code = code(bench, """
                    curl -s -X POST "$api/2018-06-01/runtime/init/error" \\
                        -d '{"errorType":"Runtime.NoHandler","errorMessage":"there is no such handler"}'
                    exit 1
                    """);
            PluginException thrown = assertThrows(
                    PluginException.class, () -> bench.executor().start(Benches.launch(bench, code, "a.b", Map.of())));
            assertEquals(PluginException.Kind.REJECTED, thrown.kind());
            assertTrue(thrown.getMessage().contains("there is no such handler"), thrown.getMessage());
        }
    }

    @Test
    void whatACallIsToldOfItselfIsInHeadersAndVariables() throws Exception {
        try (TestBench bench = Benches.bare()) {
            Path code = code(bench, """
                    take
                    trace=$(sed -n 's/^Lambda-Runtime-Trace-Id: \\([^\\r]*\\).*/\\1/Ip' "$headers")
                    arn=$(sed -n 's/^Lambda-Runtime-Invoked-Function-Arn: \\([^\\r]*\\).*/\\1/Ip' "$headers")
                    deadline=$(sed -n 's/^Lambda-Runtime-Deadline-Ms: \\([0-9]*\\).*/\\1/Ip' "$headers")
                    later=$((deadline > $(date +%s000)))
                    curl -s -X POST "$api/2018-06-01/runtime/invocation/$id/response" -d \\
                        "[\\"$trace\\",\\"$arn\\",$later,\\"$_HANDLER\\",\\"$AWS_LAMBDA_FUNCTION_NAME\\",$AWS_LAMBDA_FUNCTION_MEMORY_SIZE]"
                    take
                    """);
            try (Instance instance = bench.executor().start(Benches.launch(bench, code, "app.handler", Map.of()))) {
                assertEquals(
                        "[\"Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1\","
                                + "\"arn:aws:lambda:local:000000000000:function:sample:1\",1,"
                                + "\"app.handler\",\"sample\",512]",
                        TestBench.call(instance, "{}"));
            }
        }
    }

    @Test
    void anAnswerInPiecesIsPutTogetherAndOneThatBreaksOffFails() throws Exception {
        try (TestBench bench = Benches.bare()) {
            Path code = code(bench, """
                    stream() {
                        curl -s -X POST "$api/2018-06-01/runtime/invocation/$id/response" -T - \\
                            -H 'Lambda-Runtime-Function-Response-Mode: streaming' -H 'Transfer-Encoding: chunked' "$@"
                    }
                    take
                    (printf '[1,'; printf '2]') | stream
                    take
                    printf 'plain "text"' | stream
                    take
                    printf '{"statusCode":201}\\0\\0\\0\\0\\0\\0\\0\\0made' | stream \\
                        -H 'Content-Type: application/vnd.awslambda.http-integration-response'
                    take
                    host=${AWS_LAMBDA_RUNTIME_API%:*} port=${AWS_LAMBDA_RUNTIME_API#*:}
                    exec 3<>"/dev/tcp/$host/$port"
                    printf '%s\\r\\n' "POST /2018-06-01/runtime/invocation/$id/response HTTP/1.1" 'Host: api' \\
                        'Expect: 100-continue' 'Transfer-Encoding: chunked' '' '3' 'abc' '0' \\
                        'Lambda-Runtime-Function-Error-Type: Broken' \\
                        "Lambda-Runtime-Function-Error-Body: $(printf '{"errorMessage":"it broke"}' | base64 -w 0)" '' >&3
                    read -r first <&3
                    echo "$first"
                    read -r blank <&3
                    read -r answered <&3
                    take
                    """);
            try (Instance instance = bench.executor().start(Benches.launch(bench, code, "a.b", Map.of()))) {
                assertEquals("[1,2]", TestBench.call(instance, "{}"));
                assertEquals("\"plain \\\"text\\\"\"", TestBench.call(instance, "{}"));
                assertEquals(
                        "{\"statusCode\":201,\"body\":\"made\",\"isBase64Encoded\":false}",
                        TestBench.call(instance, "{}"));
                assertEquals("code FUNCTION it broke", TestBench.call(instance, "{}"));
                // the answer is there before the program has printed what it read, and closing ends it
                Eventually.holds(
                        "it was told to go on",
                        Duration.ofSeconds(30),
                        () -> bench.lines().texts().stream().anyMatch(line -> line.contains("HTTP/1.1 100")),
                        () -> bench.lines().texts());
            }
        }
    }

    @Test
    void whatIsNoPartOfTheApiIsRefusedAndTheNextCallGoesOn() throws Exception {
        try (TestBench bench = Benches.bare()) {
            Path code = code(bench, """
                    status() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
                    take
                    said="$(status "$api/nowhere")"
                    said="$said,$(status -X POST "$api/2018-06-01/runtime/invocation/someone-else/response" -d 1)"
                    said="$said,$(status -X POST "$api/dovetail/1/invocation/$id/ask" -d '{"kind":')"
                    said="$said,$(status -X POST "$api/2018-06-01/runtime/init/error" -d '{}')"
                    curl -s -o /dev/null -X POST "$api/2018-06-01/runtime/invocation/$id/response" -d "[$said]"
                    said=$(status -X POST "$api/2018-06-01/runtime/invocation/$id/response" -d 1)
                    take
                    take
                    curl -s -o /dev/null -X POST "$api/2018-06-01/runtime/invocation/$id/response" -d "$said"
                    take
                    """);
            try (Instance instance = bench.executor().start(Benches.launch(bench, code, "a.b", Map.of()))) {
                assertEquals("[404,400,400,403]", TestBench.call(instance, "{}"));
                String forgotten = TestBench.call(instance, "{}");
                assertTrue(forgotten.contains("had not answered"), forgotten);
                assertEquals("400", TestBench.call(instance, "{}"));
            }
        }
    }

    @Test
    void aProgramOfALayerRunsTheCode() throws Exception {
        try (TestBench bench = Benches.walled()) {
            Path layer = code(bench, """
                    take
                    curl -s -X POST "$api/2018-06-01/runtime/invocation/$id/response" -d "$(cat "$LAMBDA_TASK_ROOT/answer")"
                    take
                    """);
            Path code = bench.folder();
            Benches.plain(code.resolve("answer"), "\"of the code\"");
            var plain = Benches.launch(bench, code, "a.b", Map.of());
            var launch = new dev.dovetail.spi.executor.Launch(
                    plain.version(),
                    plain.runtime(),
                    plain.code(),
                    java.util.List.of(layer),
                    plain.handler(),
                    plain.environment(),
                    plain.limits(),
                    plain.atLeast(),
                    plain.egress(),
                    plain.capabilities(),
                    1,
                    plain.logs());
            assertEquals(java.util.List.of(), bench.executor().inspect(launch));
            try (Instance instance = bench.executor().start(launch)) {
                assertEquals("\"of the code\"", TestBench.call(instance, "{}"));
            }
        }
    }

    @Test
    void aFileThatIsNoProgramIsAProblem() throws Exception {
        try (TestBench bench = Benches.bare()) {
            Path code = bench.folder();
            Benches.plain(code.resolve("bootstrap"), "echo hello\n");
            Problem problem = bench.executor()
                    .inspect(Benches.launch(bench, code, "a.b", Map.of()))
                    .getFirst();
            assertEquals("NOT_A_PROGRAM", problem.code());
            Benches.plain(code.resolve("bootstrap"), "#!/opt/no/such/thing -x\n");
            problem = bench.executor()
                    .inspect(Benches.launch(bench, code, "a.b", Map.of()))
                    .getFirst();
            assertEquals("NO_INTERPRETER", problem.code());
            byte[] elsewhere = Files.readAllBytes(Path.of("/bin/sh").toRealPath());
            elsewhere[18] = 0x28; // a processor that is not this one
            Files.write(code.resolve("bootstrap"), elsewhere);
            problem = bench.executor()
                    .inspect(Benches.launch(bench, code, "a.b", Map.of()))
                    .getFirst();
            assertEquals("WRONG_PROCESSOR", problem.code());
        }
    }

    @Test
    @Tag("SC-05")
    void variablesWithSecretsAreAskedForWithTheCall() throws Exception {
        try (TestBench bench = Benches.bare()) {
            Path code = code(bench, """
                    while :; do
                        take
                        said=$(curl -s "$api/dovetail/1/invocation/$id/environment")
                        curl -s -X POST "$api/2018-06-01/runtime/invocation/$id/response" -d "[\\"$KEY\\",$said]"
                    done
                    """);
            Map<String, String> environment = Map.of("KEY", "Bearer ${SECRET:TOKEN}", "COLOUR", "blue");
            try (Instance instance = bench.executor().start(Benches.launch(bench, code, "a.b", environment))) {
                Invocation with = Samples.invocation("{}", new Secret("swordfish", "1", Optional.empty(), List.of()));
                assertEquals(
                        "[\"Bearer ${SECRET:TOKEN}\",{\"KEY\":\"Bearer swordfish\"}]",
                        TestBench.text(instance.invoke(with, new FakeHost())));
                assertEquals("[\"Bearer ${SECRET:TOKEN}\",{}]", TestBench.call(instance, "{}"));
            }
        }
    }
}
