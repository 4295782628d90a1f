package dev.dovetail.kernel;

import dev.dovetail.testkit.plugin.SourceJar;

/** A plugin with a native module whose functions do what a module can, and what it should not. */
final class GeoModule {
    /** What it says of its functions. */
    static final String DECLARED = """
            new NativeFunction(Name.of("near"), "{\\"params\\":{\\"type\\":\\"object\\",\\"required\\":[\\"r\\"],"
                + "\\"properties\\":{\\"r\\":{\\"type\\":\\"integer\\"}}},\\"returns\\":{\\"type\\":\\"array\\"}}", Set.of()),
            new NativeFunction(Name.of("wrong"), "{\\"returns\\":{\\"type\\":\\"array\\"}}", Set.of()),
            new NativeFunction(Name.of("asks"), "{}", Set.of("random")),
            new NativeFunction(Name.of("sneaks"), "{}", Set.of("random")),
            new NativeFunction(Name.of("fetches"), "{}", Set.of("http:127.0.0.1:PORT", "http:example.org")),
            new NativeFunction(Name.of("throws"), "{}", Set.of()),
            new NativeFunction(Name.of("fails"), "{}", Set.of()),
            new NativeFunction(Name.of("sinks"), "{}", Set.of()),
            new NativeFunction(Name.of("hangs"), "{}", Set.of()),
            new NativeFunction(Name.of("who"), "{}", Set.of()),
            new NativeFunction(Name.of("counts"), "{}", Set.of()),
            new NativeFunction(Name.of("waits"), "{}", Set.of("event"))""";

    private static final String CALL = """
            switch (function.text()) {
                case "near" -> { return answer("[\\"VERSION\\"," + invocation.input().text() + "]"); }
                case "wrong" -> { return answer("7"); }
                case "asks" -> { return answer(ask(host, new HostCall.Random(Optional.of("a")))); }
                case "sneaks" -> { return answer(ask(host, new HostCall.Now())); }
                case "fetches" -> { return answer(ask(host, new HostCall.Http(
                    "GET", invocation.input().text().replace("\\\"", ""), Map.of(), Bytes.empty(), Duration.ofSeconds(5), HostCall.Retry.NONE))); }
                case "throws" -> { throw new IllegalStateException("no map for token=abc123"); }
                case "fails" -> {
                    String failed = invocation.input().text();
                    int so = counted.incrementAndGet();
                    if (so >= 3 && !failed.contains("always")) { return answer("[" + so + "," + invocation.attempt() + "]"); }
                    if (failed.contains("wrong")) { throw new PluginException(PluginException.Kind.REJECTED, "no such map " + so); }
                    throw new IllegalStateException("no map " + so);
                }
                case "sinks" -> { return call(function, invocation, host); }
                case "who" -> { return answer("\\"" + invocation.caller().tenant() + " " + Thread.currentThread().isVirtual() + "\\""); }
                case "counts" -> { return answer("" + counted.incrementAndGet()); }
                case "waits" -> { return waits(host); }
                default -> {
                    if (Boolean.getBoolean("geo.hurries")) { return answer("0"); }
                    try { Thread.sleep(60_000); } catch (InterruptedException e) { return new Outcome.Stopped(Outcome.Usage.NONE); }
                    return answer("0");
                }
            }""";

    private GeoModule() {}

    static byte[] jar(String version) {
        return jar(version, DECLARED);
    }

    static byte[] jar(String version, String declared) {
        return SourceJar.of("geo", version)
                .provider("sample.GeoProvider", """
                package sample;
                import dev.dovetail.spi.*;
                import dev.dovetail.spi.executor.*;
                import dev.dovetail.spi.host.*;
                import dev.dovetail.spi.module.*;
                import dev.dovetail.spi.module.NativeModule.NativeFunction;
                import dev.dovetail.spi.plugin.*;
                import java.time.Duration;
                import java.util.*;
                public final class GeoProvider implements NativeModuleProvider {
                    @Override public Name type() { return Name.of("geo"); }
                    @Override public NativeModule open(Config config, Context context) { return new Geo(); }
                    static final class Geo implements NativeModule {
                        private final java.util.concurrent.atomic.AtomicInteger counted = new java.util.concurrent.atomic.AtomicInteger();
                        @Override public List<NativeFunction> functions() { return List.of(%s); }
                        @Override public Outcome call(Name function, Invocation invocation, Host host) {
                            %s
                        }
                        private static Outcome waits(Host host) {
                            try {
                                Answer answer = host.call(
                                        Host.MAIN, new HostCall.AwaitEvent("go", "", Optional.of(Duration.ofHours(1))), new Place("Geo.java", 1, 1));
                                return switch (answer) {
                                    case Answer.Reply(long _, HostReply.Value(Bytes json)) -> answer(json.text());
                                    case Answer.Reply(long _, HostReply.Refused(Fault fault)) -> new Outcome.Failed(fault, Outcome.Usage.NONE);
                                    case Answer.Suspend _ -> new Outcome.Suspended(List.of(), Outcome.Usage.NONE);
                                    default -> new Outcome.Stopped(Outcome.Usage.NONE);
                                };
                            } catch (InterruptedException e) {
                                return new Outcome.Stopped(Outcome.Usage.NONE);
                            }
                        }
                        private static String ask(Host host, HostCall call) {
                            try {
                                Answer.Reply reply = (Answer.Reply) host.call(Host.MAIN, call, new Place("Geo.java", 1, 1));
                                return ((HostReply.Value) reply.reply()).json().text();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                        private static Outcome answer(String json) {
                            return new Outcome.Returned(Bytes.utf8(json), Map.of(), Outcome.Usage.NONE);
                        }
                        @Override public void close() {}
                    }
                }
                """.formatted(declared, CALL.replace("VERSION", version)))
                .bytes();
    }
}
