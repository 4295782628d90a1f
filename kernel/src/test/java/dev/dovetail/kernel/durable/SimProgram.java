package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.Guest;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A workflow made of a number: the same number is the same code. It says what it sees to a witness, who is not part of the engine
 * and forgets nothing.
 */
final class SimProgram implements Guest.Flow {
    private static final String PURE = "\"computed\"";

    private final long seed;
    private final int depth;
    private final Witness witness;
    private final Optional<Consumer<Runnable>> doors;
    private final Set<String> settled = new HashSet<>();

    /** Who sees what leaves the system. */
    interface Witness {
        /** The effect of this step happens now; these steps' results were known to the code before. */
        void effect(String execution, String effectId, Set<String> settledBefore);

        /** A step without an effect computes now; these steps had one, and their results were known to the code before. */
        void computes(Set<String> settledBefore);

        /** Whether this attempt fails. */
        boolean fails(long seed, int attempt);
    }

    /** @param doors what an effect leaves by, told what the host's next one is, if the code has no other way */
    SimProgram(long seed, int depth, Witness witness, Optional<Consumer<Runnable>> doors) {
        this.seed = seed;
        this.depth = depth;
        this.witness = witness;
        this.doors = doors;
    }

    @Override
    public String run(Guest guest) throws InterruptedException {
        Random random = new Random(seed);
        int parts = 1 + random.nextInt(6);
        for (int i = 0; i < parts; i++) {
            int which = random.nextInt(10);
            long own = random.nextLong();
            switch (which) {
                case 0, 1 -> step(guest, own, Optional.empty());
                case 2, 3 -> step(guest, own, Optional.of("undo"));
                case 4 -> guest.sleep(1 + Math.floorMod(own, 900L));
                case 5 -> guest.sleep(1100 + Math.floorMod(own, 10_000_000L));
                case 6 -> event(guest, own);
                case 7 -> atOnce(guest, own);
                case 8 -> child(guest, own);
                default -> guest.call(new HostCall.Random(Optional.empty()));
            }
        }
        if (random.nextInt(6) == 0) {
            throw Guest.fails("as it was meant to");
        }
        return "\"" + parts + "\"";
    }

    private String effect(Guest guest, HostReply.Run run, long own, boolean alone) throws InterruptedException {
        boolean pure = doors.isPresent() && (!alone || Math.floorMod(own, 3) == 0);
        Runnable effect = () -> witness.effect(guest.invocation().executionId(), run.effectId(), settled);
        if (pure) {
            witness.computes(settled);
        } else if (doors.isPresent()) {
            doors.get().accept(effect);
            guest.call(run.scope(), new HostCall.Other("effect", 1, Bytes.utf8("{}")));
        } else {
            effect.run();
        }
        if (witness.fails(own, run.attempt())) {
            throw Guest.fails("this attempt fails");
        }
        return pure ? PURE : "\"" + run.effectId() + "\"";
    }

    private static HostCall.Step call(long own, Optional<String> undo) {
        long delay = Math.floorMod(own, 3L) == 0 ? 5000 : 20;
        return Guest.step(
                "s" + Math.floorMod(own, 100L), undo, Guest.policy(3, Duration.ofMillis(delay), Duration.ofMinutes(5)));
    }

    private void step(Guest guest, long own, Optional<String> undo) throws InterruptedException {
        String value = guest.step(call(own, undo), (it, run) -> effect(it, run, own, true));
        settled.add(value.replace("\"", ""));
    }

    private void event(Guest guest, long own) throws InterruptedException {
        try {
            Duration within = Duration.ofSeconds(Math.floorMod(own, 4000L) + 1);
            guest.call(new HostCall.AwaitEvent("e" + Math.floorMod(own, 2L), "", Optional.of(within)));
        } catch (Guest.Refused e) {
            if (!e.fault().id().equals(Fault.TIMEOUT)) {
                throw e;
            }
        }
    }

    private void child(Guest guest, long own) throws InterruptedException {
        if (depth > 1) {
            return;
        }
        try {
            guest.child("child", "{\"seed\":" + Math.floorMod(own, 1L << 40) + ",\"depth\":" + (depth + 1) + "}");
        } catch (Guest.Refused e) {
            // what a child does wrong is its own
        }
    }

    /** Two steps and a short sleep at once, their answers in whatever order. */
    private void atOnce(Guest guest, long own) throws InterruptedException {
        guest.ask(call(own, Optional.empty()));
        guest.ask(call(own + 1, Optional.of("undo")));
        guest.ask(new HostCall.Sleep(Duration.ofMillis(1 + Math.floorMod(own, 2000L))));
        int open = 3;
        List<Guest.Refused> failed = new ArrayList<>();
        while (open > 0) {
            Answer.Reply reply = guest.next();
            switch (reply.reply()) {
                case HostReply.Run run ->
                    guest.ask(new HostCall.StepDone(
                            run.scope(), guest.result(run, (it, one) -> effect(it, one, own, false))));
                case HostReply.Refused refused -> {
                    failed.add(new Guest.Refused(refused.fault()));
                    open--;
                }
                case HostReply.Value value -> {
                    settled.add(value.json().text().replace("\"", ""));
                    open--;
                }
            }
        }
        if (!failed.isEmpty()) {
            throw failed.getFirst();
        }
    }
}
