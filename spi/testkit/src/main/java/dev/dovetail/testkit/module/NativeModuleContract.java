package dev.dovetail.testkit.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.module.NativeModule;
import dev.dovetail.spi.module.NativeModule.NativeFunction;
import dev.dovetail.spi.plugin.NativeModuleProvider;
import dev.dovetail.testkit.Contract;
import dev.dovetail.testkit.Opened;
import dev.dovetail.testkit.Rule;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The rules for native modules ({@code docs/spi/module.md}), as tests. Implement it, say which provider, and run. */
@ExtendWith(Opened.class)
public interface NativeModuleContract extends Contract<NativeModuleProvider> {
    Duration SOON = Duration.ofSeconds(1);
    int CALLERS = 8;
    int CALLS = 20;

    /** For each function a call that returns: its name and the input, one JSON value. */
    Map<String, String> samples();

    /** A function that runs until it is told to stop, if there is one, and its input. */
    default Optional<Map.Entry<String, String>> lasting() {
        return Optional.empty();
    }

    /** The host of the samples; by itself it answers each call with its kind, such as {@code "Random"}. */
    default FakeHost host() {
        return FakeHost.naming();
    }

    private static JsonNode json(String what, String text) {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            return fail(what + " is no JSON: " + text);
        }
    }

    private static NativeFunction function(NativeModule module, String name) {
        return module.functions().stream()
                .filter(each -> each.name().text().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("The module declares no function \"" + name + "\"; it has "
                        + module.functions().stream().map(NativeFunction::name).toList() + " (rule module/1)"));
    }

    private static void fits(NativeFunction function, String side, String text) {
        String what = "What " + function.name() + (side.equals("params") ? " is given" : " returned");
        JsonNode value = json(what, text);
        JsonNode schema =
                json("The contract of " + function.name(), function.contract()).path(side);
        if (!schema.isMissingNode()) {
            List<Error> errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(schema)
                    .validate(value);
            assertEquals(List.of(), errors, () -> what + " does not fit its contract: " + value);
        }
    }

    private static Outcome call(NativeModule module, String name, String input, Host host) {
        NativeFunction function = function(module, name);
        return module.call(function.name(), Samples.invocation(input), new Declared(function, host));
    }

    /** What the sample of a function answers. */
    private String answer(NativeModule module, String name, String input) {
        Outcome outcome = call(module, name, input, host());
        if (outcome instanceof Outcome.Returned returned) {
            return returned.body().text();
        }
        return fail("The sample of " + name + " did not return: " + outcome + " (rule module/2)");
    }

    @Test
    @Rule("module/1")
    default void saysWhatFunctionsItHas(NativeModule module) {
        assertFalse(module.functions().isEmpty(), "The module has no functions (rule module/1)");
        assertEquals(module.functions(), module.functions(), "asked again, it has other functions (rule module/1)");
        Set<Name> seen = new HashSet<>();
        for (NativeFunction each : module.functions()) {
            assertTrue(seen.add(each.name()), () -> each.name() + " is declared twice (rule module/1)");
            JsonNode contract = json("The contract of " + each.name(), each.contract());
            assertTrue(contract.isObject(), () -> "The contract of " + each.name() + " is no object: " + contract);
            contract.propertyNames()
                    .forEach(side -> assertTrue(
                            Set.of("params", "returns", "errors").contains(side),
                            () -> "The contract of " + each.name() + " has \"" + side
                                    + "\"; there are params, returns and errors (rule module/1)"));
        }
    }

    @Test
    @Rule("module/2")
    default void keepsItsContracts(NativeModule module) {
        for (NativeFunction each : module.functions()) {
            String name = each.name().text();
            String input = samples().get(name);
            if (input == null) {
                fail("samples() has no call of " + name + " (rule module/2)");
            }
            fits(each, "params", input);
            fits(each, "returns", answer(module, name, input));
        }
    }

    @Test
    @Rule("module/3")
    default void asksForWhatItDeclares(NativeModule module) {
        samples().forEach((name, input) -> {
            try {
                call(module, name, input, host());
            } catch (SecurityException e) {
                fail(name + " " + e.getMessage() + " (rule module/3)");
            }
        });
    }

    @Test
    @Rule("module/4")
    default void isCalledSeveralTimesAtOnce(NativeModule module) throws InterruptedException {
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofPlatform().daemon().start(() -> {
                for (int call = 0; call < CALLS; call++) {
                    samples().forEach((name, input) -> {
                        try {
                            fits(function(module, name), "returns", answer(module, name, input));
                        } catch (RuntimeException | AssertionError e) {
                            wrong.add(name + ": " + e);
                        }
                    });
                }
            }));
        }
        for (Thread each : callers) {
            each.join();
        }
        assertEquals(
                List.of(), List.copyOf(wrong), "Calls that were alone returned, beside others not (rule module/4)");
    }

    @Test
    @Rule("module/5")
    default void stopsWhenItIsInterrupted(NativeModule module) throws InterruptedException {
        Assumptions.assumeTrue(lasting().isPresent(), "no function of this module lasts");
        Map.Entry<String, String> call = lasting().orElseThrow();
        Outcome[] outcome = new Outcome[1];
        Thread caller = Thread.ofPlatform()
                .daemon()
                .start(() -> outcome[0] = call(module, call.getKey(), call.getValue(), host()));
        assertFalse(caller.join(Duration.ofMillis(200)), call.getKey() + " ended by itself: " + outcome[0]);
        caller.interrupt();
        assertTrue(caller.join(SOON), call.getKey() + " still runs a second after it was interrupted (rule module/5)");
        assertTrue(outcome[0] instanceof Outcome.Stopped, call.getKey() + " was stopped, and said " + outcome[0]);
    }

    @Test
    @Rule("module/6")
    default void closingTwiceDoesNothing(NativeModule module) {
        module.close();
        module.close();
    }

    /** As the kernel's. */
    record Declared(NativeFunction function, Host host) implements Host {
        @Override
        public long ask(long scope, HostCall call, dev.dovetail.spi.Place place) throws InterruptedException {
            if (!function.declares(call)) {
                throw new SecurityException(
                        "asks its host for \"" + call.capability() + "\", which it does not declare");
            }
            return host.ask(scope, call, place);
        }

        @Override
        public Answer next() throws InterruptedException {
            return host.next();
        }

        @Override
        public void tell(dev.dovetail.spi.host.HostNote note) throws InterruptedException {
            host.tell(note);
        }

        @Override
        public boolean replaying() {
            return host.replaying();
        }
    }
}
