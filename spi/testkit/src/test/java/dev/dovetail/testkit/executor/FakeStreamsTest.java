package dev.dovetail.testkit.executor;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.plugin.ExecutorProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** The rules for guests that stream can be kept. */
final class FakeStreamsTest implements StreamGuestContract {
    private static final Place HERE = new Place("main.fake", 1, 1);

    @TempDir
    Path samples;

    /** The fake, which says that it streams. */
    private record Streaming(ExecutorProvider it) implements ExecutorProvider {
        @Override
        public Name type() {
            return it.type();
        }

        @Override
        public List<Runtime> runtimes() {
            return it.runtimes();
        }

        @Override
        public Trust trust() {
            return it.trust();
        }

        @Override
        public Set<Ability> abilities() {
            Set<Ability> all = EnumSet.of(Ability.STREAM_IN, Ability.STREAM_OUT);
            all.addAll(it.abilities());
            return all;
        }

        @Override
        public Executor open(Config config, Context context) throws InterruptedException {
            return it.open(config, context);
        }
    }

    @Override
    public ExecutorProvider provider() {
        return new Streaming(new FakeExecutorProvider(Map.of(
                "chunks",
                (launch, invocation, host) -> {
                    ask(host, new HostCall.Chunk(Bytes.utf8("{\"n\": 1}")));
                    ask(host, new HostCall.Chunk(Bytes.utf8("[\"two\"]")));
                    return Bytes.utf8("\"sent\"");
                },
                "read",
                (launch, invocation, host) -> {
                    List<String> pieces = new ArrayList<>();
                    for (String each = read(host); !each.equals("null"); each = read(host)) {
                        pieces.add(each.substring("{\"data\":".length(), each.length() - 1));
                    }
                    return Bytes.utf8("[" + String.join(",", pieces) + "]");
                })));
    }

    private static String read(Host host) throws Exception {
        return ask(host, new HostCall.Read());
    }

    private static String ask(Host host, HostCall call) throws Exception {
        if (host.call(Host.MAIN, call, HERE) instanceof Answer.Reply reply
                && reply.reply() instanceof HostReply.Value value) {
            return value.json().text();
        }
        throw FakeExecutorProvider.Ends.stopped();
    }

    @Override
    public Path sample(Sample which) {
        try {
            return Files.writeString(
                    samples.resolve(which + ".fake"), which.name().toLowerCase(Locale.ROOT) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
