package dev.dovetail.kernel.run;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.pool.Apart;
import dev.dovetail.kernel.pool.Loan;
import dev.dovetail.kernel.pool.Pools;
import dev.dovetail.kernel.secret.Reading;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.telemetry.FunctionMeter;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.secret.Secret;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a run needs before its code begins: an instance, and the secrets that come with the call. */
final class Lending {
    /** How long the system may take to find or start an instance. */
    private static final Duration START = Duration.ofSeconds(60);

    private final Pools pools;
    private final Secrets secrets;

    Lending(Pools pools, Secrets secrets) {
        this.pools = pools;
        this.secrets = secrets;
    }

    Apart apart() {
        return pools.apart();
    }

    /** The secrets that come with a call; the code of a host-worker never sees any. */
    Map<String, Secret> secrets(Work work) throws InterruptedException {
        Deployed version = work.version();
        if (version.referred().isEmpty() || version.traits().hostWorker()) {
            return Map.of();
        }
        Map<String, Secret> all = new HashMap<>();
        try (Reading reading = secrets.reading(work.reader(), Reading.Purpose.ENVIRONMENT)) {
            for (String each : version.referred()) {
                all.put(each, reading.find(each).orElseThrow(() -> missing(each)));
            }
        }
        return all;
    }

    private static Refusal missing(String secret) {
        return Refusal.of(
                ErrorType.SECRET_MISSING,
                "The function's environment refers to the secret \"" + secret + "\", which is not there; put it"
                        + " with PUT /api/v1/secrets/" + secret);
    }

    /** @param dialect that the instance has to read, if any */
    Loan lend(Work work, OptionalInt dialect, FunctionMeter meter) throws InterruptedException {
        if (dialect.isPresent() && !pools.apart().serves(work.version(), dialect.getAsInt())) {
            return pools.apart().reading(work.version(), dialect.getAsInt());
        }
        Loan loan = lend(work, meter);
        if (dialect.isEmpty() || loan.reads(dialect.getAsInt())) {
            return loan;
        }
        loan.giveBack(); // a swap is under way, or a candidate is tried
        return pools.apart().reading(work.version(), dialect.getAsInt());
    }

    private Loan lend(Work work, FunctionMeter meter) throws InterruptedException {
        Optional<Loan> warm = pools.findWarm(work.version());
        if (warm.isPresent()) {
            return warm.get();
        }
        try (Trace trace = work.trace().begin(Trace.Stage.COLD_START)) {
            Loan loan = pools.start(work.version(), work.stickyKey(), START);
            if (loan.cold()) {
                meter.started(loan.how().total().toNanos());
                loan.how().stages().forEach(each -> {
                    meter.stage(each.name(), each.took().toNanos());
                    trace.stage(each.name(), each.took().toNanos());
                });
            }
            return loan;
        }
    }
}
