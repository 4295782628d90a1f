package dev.dovetail.testkit.executor;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.plugin.ExecutorProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

final class FakeExecutorTest implements ExecutorContract {
    private static final Place HERE = new Place("main.fake", 1, 1);

    @TempDir
    Path samples;

    @Override
    public ExecutorProvider provider() {
        return new FakeExecutorProvider(Map.of(
                "echo", (launch, invocation, host) -> invocation.input(),
                "throw",
                        (launch, invocation, host) -> {
                            throw new IllegalStateException("out of cheese");
                        },
                "loop",
                        (launch, invocation, host) -> {
                            host.tell(new HostNote.Progress(0, "begun"));
                            while (!Thread.interrupted()) {
                                Thread.onSpinWait();
                            }
                            throw new InterruptedException();
                        },
                "wait",
                        (launch, invocation, host) -> {
                            ask(host, new HostCall.Sleep(Duration.ofMinutes(1)));
                            return Bytes.utf8("\"slept\"");
                        },
                "print",
                        (launch, invocation, host) -> {
                            launch.logs().line(Optional.of(invocation.executionId()), "one");
                            launch.logs().line(Optional.of(invocation.executionId()), "two");
                            return Bytes.utf8("\"done\"");
                        },
                "environment",
                        (launch, invocation, host) -> {
                            String colour = launch.environment().get("COLOUR");
                            return Bytes.utf8(colour == null ? "null" : "\"" + colour.replace("\"", "\\\"") + "\"");
                        },
                "remember", (launch, invocation, host) -> Bytes.utf8("1"),
                "allocate",
                        (launch, invocation, host) -> {
                            host.tell(new HostNote.Progress(0, "begun"));
                            throw FakeExecutorProvider.Ends.with(
                                    Fault.of(Fault.MEMORY_LIMIT, Fault.Owner.FUNCTION, "128 MiB are used up"));
                        },
                "ask",
                        (launch, invocation, host) -> {
                            String time = ask(host, new HostCall.Now());
                            return Bytes.utf8(
                                    "[" + time + "," + ask(host, new HostCall.Random(Optional.empty())) + "]");
                        },
                "ask_both",
                        (launch, invocation, host) -> {
                            host.ask(Host.MAIN, new HostCall.Sleep(Duration.ofMillis(1)), HERE);
                            host.ask(Host.MAIN, new HostCall.Sleep(Duration.ofMillis(2)), HERE);
                            value(host.next());
                            value(host.next());
                            return Bytes.utf8("\"both\"");
                        }));
    }

    private static String ask(Host host, HostCall call) throws Exception {
        return value(host.call(Host.MAIN, call, HERE));
    }

    private static String value(Answer answer) throws FakeExecutorProvider.Ends {
        return switch (answer) {
            case Answer.Reply(long _, HostReply reply) ->
                switch (reply) {
                    case HostReply.Value(Bytes json) -> json.text();
                    case HostReply.Refused(Fault fault) -> throw FakeExecutorProvider.Ends.with(fault);
                    case HostReply.Run run -> throw new IllegalStateException("Not a step: " + run);
                };
            case Answer.Suspend() -> throw FakeExecutorProvider.Ends.suspended();
            case Answer.Stop(Fault _) -> throw FakeExecutorProvider.Ends.stopped();
        };
    }

    @Override
    public Path sample(Sample which) {
        String content = switch (which) {
            case BROKEN -> "# the next line names nothing\nno such function\n";
            case LOADING -> "# loading\necho\n";
            default -> which.name().toLowerCase(Locale.ROOT) + "\n";
        };
        try {
            return Files.writeString(samples.resolve(which + ".fake"), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
