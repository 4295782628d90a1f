package dev.dovetail.testkit.module;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.module.NativeModule;
import dev.dovetail.spi.plugin.NativeModuleProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A module that keeps the rules passes the contract, and each that breaks one is found in words. */
final class NativeModuleContractTest implements NativeModuleContract {
    private static final String COUNT =
            "{\"params\": {\"type\": \"string\"}, \"returns\": {\"type\": \"integer\", \"minimum\": 0}}";

    /** Counts characters, draws lots, and lasts. */
    private static class Sound implements NativeModule {
        @Override
        public List<NativeFunction> functions() {
            return List.of(
                    new NativeFunction(Name.of("count"), COUNT, Set.of()),
                    new NativeFunction(Name.of("draw"), "{}", Set.of("random")),
                    new NativeFunction(Name.of("last"), "{}", Set.of()));
        }

        @Override
        public Outcome call(Name function, Invocation invocation, Host host) {
            try {
                return switch (function.text()) {
                    case "count" -> answer("" + (invocation.input().text().length() - 2));
                    case "draw" -> {
                        host.call(Host.MAIN, new HostCall.Random(Optional.empty()), new Place("Sound.java", 1, 1));
                        yield answer("true");
                    }
                    default -> {
                        if (invocation.input().text().equals("1")) {
                            Thread.sleep(60_000);
                        }
                        yield answer("null");
                    }
                };
            } catch (InterruptedException e) {
                return new Outcome.Stopped(Outcome.Usage.NONE);
            }
        }

        static Outcome answer(String json) {
            return new Outcome.Returned(Bytes.utf8(json), Map.of(), Outcome.Usage.NONE);
        }

        @Override
        public void close() {}
    }

    @Override
    public NativeModuleProvider provider() {
        return new NativeModuleProvider() {
            @Override
            public Name type() {
                return Name.of("sound");
            }

            @Override
            public NativeModule open(Config config, Context context) {
                return new Sound();
            }
        };
    }

    @Override
    public Map<String, String> samples() {
        return Map.of("count", "\"abc\"", "draw", "{}", "last", "0");
    }

    @Override
    public Optional<Map.Entry<String, String>> lasting() {
        return Optional.of(Map.entry("last", "1"));
    }

    /** Runs one of the contract's tests. */
    private interface Run {
        void run(NativeModuleContract contract, NativeModule module) throws Exception;
    }

    record Broken(String what, NativeModule module, Run test, String words) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Broken> broken() {
        return Stream.of(
                new Broken(
                        "other functions each time",
                        new Sound() {
                            private final AtomicInteger asked = new AtomicInteger();

                            @Override
                            public List<NativeFunction> functions() {
                                return List.of(
                                        new NativeFunction(Name.of("f" + asked.incrementAndGet()), "{}", Set.of()));
                            }
                        },
                        NativeModuleContract::saysWhatFunctionsItHas,
                        "other functions"),
                new Broken(
                        "a contract with an unknown part",
                        new Sound() {
                            @Override
                            public List<NativeFunction> functions() {
                                return List.of(new NativeFunction(Name.of("f"), "{\"result\": {}}", Set.of()));
                            }
                        },
                        NativeModuleContract::saysWhatFunctionsItHas,
                        "has \"result\""),
                new Broken(
                        "an answer out of its contract",
                        new Sound() {
                            @Override
                            public Outcome call(Name function, Invocation invocation, Host host) {
                                return answer("-1");
                            }
                        },
                        NativeModuleContract::keepsItsContracts,
                        "What count returned does not fit its contract"),
                new Broken(
                        "no outcome but an exception",
                        new Sound() {
                            @Override
                            public Outcome call(Name function, Invocation invocation, Host host) {
                                return new Outcome.Suspended(List.of(), Outcome.Usage.NONE);
                            }
                        },
                        NativeModuleContract::keepsItsContracts,
                        "did not return"),
                new Broken(
                        "asks for what it does not declare",
                        new Sound() {
                            @Override
                            public Outcome call(Name function, Invocation invocation, Host host) {
                                return super.call(Name.of("draw"), invocation, host);
                            }
                        },
                        NativeModuleContract::asksForWhatItDeclares,
                        "asks its host for \"random\", which it does not declare"),
                new Broken(
                        "only one call at once",
                        new Sound() {
                            private final AtomicInteger inside = new AtomicInteger();

                            @Override
                            public Outcome call(Name function, Invocation invocation, Host host) {
                                try {
                                    if (inside.incrementAndGet() > 1) {
                                        throw new IllegalStateException("busy");
                                    }
                                    Thread.sleep(1);
                                    return super.call(function, invocation, host);
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                } finally {
                                    inside.decrementAndGet();
                                }
                            }
                        },
                        NativeModuleContract::isCalledSeveralTimesAtOnce,
                        "beside others not"),
                new Broken(
                        "does not stop",
                        new Sound() {
                            @Override
                            public Outcome call(Name function, Invocation invocation, Host host) {
                                long until = System.nanoTime() + 3_000_000_000L;
                                while (System.nanoTime() < until) {
                                    Thread.onSpinWait();
                                }
                                return answer("null");
                            }
                        },
                        NativeModuleContract::stopsWhenItIsInterrupted,
                        "still runs a second after"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isFoundInWords(Broken broken) {
        AssertionError found =
                assertThrows(AssertionError.class, () -> broken.test().run(this, broken.module()));
        assertTrue(found.getMessage().contains(broken.words()), found.getMessage());
    }
}
