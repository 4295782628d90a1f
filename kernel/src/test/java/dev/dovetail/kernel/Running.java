package dev.dovetail.kernel;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.secret.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An instance of {@link Commands}. */
final class Running implements Instance {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Outcome.Usage USED = new Outcome.Usage(Duration.ofMillis(1), 1 << 20, 7, true);

    private final Commands commands;
    private final Launch launch;
    private final List<String> lines;
    private volatile boolean closed;

    Running(Commands commands, Launch launch, List<String> lines) {
        this.commands = commands;
        this.launch = launch;
        this.lines = lines;
    }

    /** Ends a call otherwise than by returning. */
    private static final class Ends extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Outcome outcome;

        Ends(Outcome outcome) {
            super(outcome.toString(), null, false, false);
            this.outcome = outcome;
        }
    }

    @Override
    public Outcome invoke(Invocation invocation, Host host) {
        if (closed) {
            return new Outcome.Failed(Fault.of(Fault.PLATFORM, Fault.Owner.PLATFORM, "closed"), USED);
        }
        Bytes answer = Bytes.utf8("null");
        try {
            for (int i = 0; i < lines.size(); i++) {
                String[] words = lines.get(i).split(" ", 2);
                String rest = words.length > 1 ? words[1] : "";
                answer = run(words[0], rest, i + 1, invocation, host, answer);
            }
            return new Outcome.Returned(answer, Map.of(), USED);
        } catch (InterruptedException e) {
            return new Outcome.Stopped(USED);
        } catch (Ends e) {
            return e.outcome;
        }
    }

    private Bytes run(String command, String rest, int line, Invocation invocation, Host host, Bytes before)
            throws InterruptedException {
        switch (command) {
            case "echo" -> {
                return invocation.input();
            }
            case "return" -> {
                return Bytes.utf8(rest);
            }
            case "size" -> {
                return Bytes.utf8("\"" + "x".repeat(Integer.parseInt(rest) - 2) + "\"");
            }
            case "fail" ->
                throw new Ends(new Outcome.Failed(
                        Fault.code(
                                switch (rest) {
                                    case "input" -> invocation.input().text();
                                    case "before" -> "with " + before.text();
                                    default -> rest;
                                },
                                place(line)),
                        USED));
            case "fault" -> {
                String[] parts = rest.split(" ", 3);
                Fault.Owner owner = Fault.Owner.valueOf(parts[1]);
                throw new Ends(new Outcome.Failed(Fault.of(parts[0], owner, parts[2]), USED));
            }
            case "suspend" -> throw new Ends(new Outcome.Suspended(List.of(), USED));
            case "die" -> throw new IllegalStateException("the executor has a bug");
            case "flow" -> {
                Guest.Flow flow =
                        commands.flow(invocation.entry() instanceof Entry.Compensation undo ? undo.function() : rest);
                Outcome outcome = Guest.run(flow, host, invocation);
                if (outcome instanceof Outcome.Returned returned) {
                    return returned.body();
                }
                throw new Ends(outcome);
            }
            case "sleep" -> Thread.sleep(Long.parseLong(rest));
            case "loop" -> loop();
            case "stubborn" -> stubborn(Long.parseLong(rest));
            case "gate" -> commands.gate(rest).pass();
            case "count" -> commands.count(rest).incrementAndGet();
            case "log" ->
                host.tell(new HostNote.Log(System.Logger.Level.INFO, rest, Bytes.utf8("{\"line\":" + line + "}")));
            case "progress" -> host.tell(new HostNote.Progress(Double.parseDouble(rest), "so far"));
            case "now" -> {
                return asked(host, new HostCall.Now(), line);
            }
            case "random" -> {
                return asked(host, new HostCall.Random(rest.isEmpty() ? Optional.empty() : Optional.of(rest)), line);
            }
            case "http" -> {
                return asked(
                        host,
                        http(
                                rest.equals("input")
                                        ? JSON.readTree(invocation.input().text())
                                                .get("url")
                                                .stringValue()
                                        : rest),
                        line);
            }
            case "call" -> {
                return asked(host, invoke(rest, invocation), line);
            }
            case "ask" -> host.ask(Host.MAIN, invoke(rest, invocation), place(line));
            case "context" -> {
                return context(invocation);
            }
            case "env" -> {
                return Bytes.given(JSON.writeValueAsBytes(
                        Secret.fill(launch.environment().getOrDefault(rest, ""), invocation.secrets())));
            }
            case "secret" -> {
                return asked(host, new HostCall.ReadSecret(rest), line);
            }
            case "print" ->
                launch.logs().line(Optional.of(invocation.executionId()), rest.equals("before") ? before.text() : rest);
            case "post" -> {
                JsonNode in = JSON.readTree(invocation.input().text());
                return asked(
                        host,
                        new HostCall.Http(
                                "POST",
                                in.get("url").stringValue(),
                                Map.of("X-Key", List.of(in.path("header").stringValue("none"))),
                                Bytes.utf8(in.path("body").stringValue("")),
                                Duration.ofSeconds(5),
                                HostCall.Retry.NONE),
                        line);
            }
            case "query" -> {
                return asked(host, new HostCall.Other("db_query", 1, invocation.input()), line);
            }
            case "layers" -> {
                return Bytes.given(JSON.writeValueAsBytes(launch.layers().stream()
                        .map(layer -> String.join(",", layer.toFile().list()))
                        .toList()));
            }
            case "limits" -> {
                return Bytes.given(JSON.writeValueAsBytes(launch.limits().own()));
            }
            case "subtract" -> {
                JsonNode in = JSON.readTree(invocation.input().text());
                return Bytes.utf8(""
                        + (in.get("minuend").intValue() - in.get("subtrahend").intValue()));
            }
            case "sum" -> {
                int sum = 0;
                for (JsonNode each : JSON.readTree(invocation.input().text())) {
                    sum += each.intValue();
                }
                return Bytes.utf8("" + sum);
            }
            case "interrupted" -> {
                return Bytes.utf8("" + Thread.currentThread().isInterrupted());
            }
            default -> {} // what only concerns the start
        }
        return before;
    }

    private static void loop() throws InterruptedException {
        while (!Thread.interrupted()) {
            Thread.onSpinWait();
        }
        throw new InterruptedException();
    }

    /** Takes so long to stop once it is told, and counts when it has. */
    private void stubborn(long millis) throws InterruptedException {
        try {
            Thread.sleep(60_000);
        } catch (InterruptedException e) {
            long until = System.nanoTime() + millis * 1_000_000;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            commands.count("stopped").incrementAndGet();
            throw e;
        }
    }

    private static Place place(int line) {
        return new Place("main.cmd", line, 1);
    }

    private static HostCall.Invoke invoke(String rest, Invocation invocation) {
        String[] parts = rest.split(" ", 2);
        Bytes input = parts.length > 1 ? Bytes.utf8(parts[1]) : invocation.input();
        return new HostCall.Invoke(parts[0], input, HostCall.Mode.SYNC, Duration.ZERO, HostCall.ParentClose.CANCEL);
    }

    private static HostCall.Http http(String url) {
        return new HostCall.Http("GET", url, Map.of(), Bytes.empty(), Duration.ofSeconds(5), HostCall.Retry.NONE);
    }

    private static Bytes asked(Host host, HostCall call, int line) throws InterruptedException {
        return switch (host.call(Host.MAIN, call, place(line))) {
            case Answer.Reply reply ->
                switch (reply.reply()) {
                    case HostReply.Value value -> value.json();
                    case HostReply.Refused refused -> throw new Ends(new Outcome.Failed(refused.fault(), USED));
                    case HostReply.Run run -> throw new IllegalStateException("not a step");
                };
            case Answer.Suspend suspend -> throw new Ends(new Outcome.Suspended(List.of(), USED));
            case Answer.Stop stop -> throw new Ends(new Outcome.Stopped(USED));
        };
    }

    private static Bytes context(Invocation invocation) {
        var json = JSON.createObjectNode()
                .put("executionId", invocation.executionId())
                .put("tenant", invocation.caller().tenant().text())
                .put(
                        "caller",
                        invocation.caller().type() + "/" + invocation.caller().id());
        invocation.attributes().forEach(json::put);
        return Bytes.given(JSON.writeValueAsBytes(json));
    }

    @Override
    public boolean usable() {
        return !closed;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            commands.count("closed " + launch.version().function()).incrementAndGet();
        }
    }
}
