package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.identity.Rights;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An execution goes on under the rights that whoever began it has now, and not under those of then. */
class RightsDurableTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final AtomicLong version = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean revoked;
    private volatile boolean reduced;

    private Rights revocable(Rights real) {
        return new Rights() {
            @Override
            public long version() {
                return version.get();
            }

            @Override
            public Optional<Principal> now(Principal delegated) {
                asked.incrementAndGet();
                return revoked ? Optional.empty() : real.now(delegated).map(now -> reduced ? now.powerless() : now);
            }
        };
    }

    private void revoke() {
        revoked = true;
        version.incrementAndGet();
    }

    private static String refused(Guest.Refused e) {
        return "\"" + e.fault().id() + "\"";
    }

    @Test
    @Tag("WF-31")
    void whoseRightsAreRevokedIsRefusedTheNextStepAndWhatItDidIsUndone() throws Exception {
        try (House house = House.at(folder).under(this::revocable).open()) {
            Flows flows = new Flows(house);
            AtomicInteger later = new AtomicInteger();
            AtomicInteger undone = new AtomicInteger();
            house.commands.flow("undo", _ -> "" + undone.incrementAndGet());
            house.deploy("plain", "count plain\necho");
            flows.deploy("child", _ -> "1");
            flows.deploy("told", guest -> {
                String said = "";
                for (HostCall each : new HostCall[] {
                    Guest.event("go", HOUR),
                    Guest.invoke("plain", "1", HostCall.Mode.SYNC, HostCall.ParentClose.CANCEL),
                    Guest.invoke("plain", "1", HostCall.Mode.ASYNC, HostCall.ParentClose.CANCEL),
                    Guest.invoke("child", "1", HostCall.Mode.SYNC, HostCall.ParentClose.CANCEL)
                }) {
                    try {
                        guest.call(each);
                    } catch (Guest.Refused e) {
                        said += e.fault().id().equals(Fault.PERMISSION_DENIED)
                                ? "r"
                                : e.fault().toString();
                    }
                }
                return "\"" + said + "\"";
            });
            flows.deploy("steps", guest -> {
                guest.undoable("first", "undo", (_, _) -> "1");
                guest.call(Guest.event("go", HOUR));
                return guest.step("second", (_, _) -> "" + later.incrementAndGet());
            });
            String steps = flows.start("steps", "{}");
            String told = flows.start("told", "{}");
            flows.await(steps, "suspended");
            flows.await(told, "suspended");
            revoke();
            flows.signal(told, "go", "1").is(202);
            flows.signal(steps, "go", "1").is(202);
            assertEquals("rrr", flows.await(told, "succeeded").at("/output"));
            Reply ended = flows.await(steps, "compensated");
            assertEquals(Fault.PERMISSION_DENIED, ended.at("/error/id"));
            assertTrue(ended.body().contains("were revoked"), ended.body());
            assertEquals(0, later.get());
            assertEquals(1, undone.get(), "what was done is undone all the same");
            assertEquals(0, house.commands.count("plain").get());
            Reply dead = flows.await(flows.start("plain", "2"), "dead_lettered");
            assertEquals(Fault.PERMISSION_DENIED, dead.at("/error/id"));
            assertEquals(0, house.commands.count("plain").get());
        }
    }

    @Test
    @Tag("WF-34")
    void whoMayNotCallAFunctionMayNotHaveItCalledEither() throws Exception {
        try (House house = House.at(folder).under(this::revocable).open()) {
            Flows flows = new Flows(house);
            house.deploy("undo", "count undo");
            house.commands.flow("job", guest -> {
                try {
                    return guest.call(PlainCalls.compensate("undo", "1"));
                } catch (Guest.Refused e) {
                    return refused(e);
                }
            });
            house.deploy("job", "flow job");
            assertEquals(
                    "null", flows.await(flows.start("job", "{}"), "succeeded").at("/output"));
            reduced = true;
            version.incrementAndGet();
            assertEquals(
                    Fault.PERMISSION_DENIED,
                    flows.await(flows.start("job", "{}"), "succeeded").at("/output"));
            assertEquals(0, house.commands.count("undo").get());
        }
    }

    /** What it did under rights that it had is undone, though it may do nothing more. */
    @Test
    @Tag("WF-31")
    @Tag("WF-34")
    void aJobWhoseRightsAreRevokedIsUndone() throws Exception {
        try (House house = House.at(folder).under(this::revocable).open()) {
            Flows flows = new Flows(house);
            AtomicInteger undone = new AtomicInteger();
            house.commands.flow("undo", _ -> "" + undone.incrementAndGet());
            house.deploy("undo", "flow undo");
            house.commands.flow("job", guest -> {
                guest.call(PlainCalls.compensate("undo", "1"));
                revoke();
                throw Guest.fails("tried again");
            });
            house.deploy("job", "flow job", "\"traits\":{\"retry\":{\"maxAttempts\":2,\"initialDelayMs\":1}}");
            Reply ended = flows.await(flows.start("job", "{}"), "compensated");
            assertEquals(Fault.PERMISSION_DENIED, ended.at("/error/id"));
            assertEquals(1, undone.get());
        }
    }

    @Test
    @Tag("WF-31")
    void withinAStepTheRightsOfThatMomentCountAndNothingIsAskedWhileNothingChanges() throws Exception {
        try (House house = House.at(folder).under(this::revocable).open()) {
            Flows flows = new Flows(house);
            house.deploy("plain", "count plain\necho");
            flows.deploy(
                    "during",
                    guest -> guest.step("s", (it, run) -> {
                        HostCall call = Guest.invoke("plain", "1", HostCall.Mode.SYNC, HostCall.ParentClose.CANCEL);
                        int before = asked.get();
                        for (int i = 0; i < 20; i++) {
                            it.call(run.scope(), call);
                        }
                        int times = asked.get() - before;
                        revoke();
                        try {
                            it.call(run.scope(), call);
                            return "\"?\"";
                        } catch (Guest.Refused e) {
                            return "[" + times + "," + refused(e) + "]";
                        }
                    }));
            Reply ended = flows.await(flows.start("during", "{}"), "succeeded");
            assertEquals("0", ended.at("/output/0"));
            assertEquals(Fault.PERMISSION_DENIED, ended.at("/output/1"));
            assertEquals(20, house.commands.count("plain").get());
        }
    }
}
