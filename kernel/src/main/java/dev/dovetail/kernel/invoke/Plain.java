package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.invoke.Answered.From;
import dev.dovetail.kernel.invoke.Idempotency.Claimed;
import dev.dovetail.kernel.pool.Cold;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Ran;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Entry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The end of the pipeline for calls that run in this process: idempotency, cache, admission; then run and record. */
final class Plain {
    private final Runs runs;
    private final Records records;
    private final Idempotency idempotency;
    private final Permits permits;
    private final InstantSource clock;
    private final Cache cache;
    private final Accepting accepting;

    Plain(
            Runs runs,
            Records records,
            Idempotency idempotency,
            Permits permits,
            Cache cache,
            Accepting accepting,
            InstantSource clock) {
        this.accepting = accepting;
        this.cache = cache;
        this.runs = runs;
        this.records = records;
        this.idempotency = idempotency;
        this.permits = permits;
        this.clock = clock;
    }

    Answered invoke(Request request, Deployed version, String id) throws InterruptedException {
        if (request.idempotencyKey().isEmpty()) {
            return admitted(request, version, id);
        }
        return switch (claim(request, version, id, version.traits().idempotent())) {
            case Claimed.Ended ended -> repeated(request, version, ended);
            case Claimed.Mine mine -> claimedRun(request, version, id, mine);
        };
    }

    /** Claims the request's key, or answers what came of it. */
    Claimed claim(Request request, Deployed version, String id, boolean mayRepeat) throws InterruptedException {
        String key = Idempotency.checked(request.idempotencyKey().orElseThrow());
        return idempotency.claim(request.principal(), version.id().function(), key, id, request.input(), mayRepeat);
    }

    Permits.Permit permit(Deployed version, boolean nested) {
        return permits.take(version, nested);
    }

    private Answered claimedRun(Request request, Deployed version, String id, Claimed.Mine claim)
            throws InterruptedException {
        boolean settled = false;
        try {
            Answered answered = admitted(request, version, id);
            if (answered instanceof Answered.Ended ended) {
                boolean platform =
                        ended.execution().error().filter(Plain::ofThePlatform).isPresent();
                settled = true;
                idempotency.end(claim, ended.execution().id(), ended.body(), platform);
            }
            return answered;
        } finally {
            if (!settled) {
                idempotency.end(claim, id, Optional.empty(), true);
            }
        }
    }

    static boolean ofThePlatform(Fault fault) {
        return fault.owner() == Owner.PLATFORM;
    }

    Answered.Ended repeated(Request request, Deployed version, Claimed.Ended ended) throws InterruptedException {
        if (Cache.applies(request, version)) {
            Optional<Cache.Hit> hit = cache.find(request, version, clock.instant());
            if (hit.isPresent()) {
                return new Answered.Ended(
                        version, hit.get().execution(), Optional.of(hit.get().body()), From.CACHE, Cold.NOT);
            }
        }
        return earlier(request, version, ended);
    }

    private Answered.Ended earlier(Request request, Deployed version, Claimed.Ended ended) throws InterruptedException {
        Name tenant = request.principal().tenant();
        Optional<Execution> known = records.find(tenant, ended.executionId());
        Execution execution = (known.isPresent() ? known : accepting.takenOver(tenant, ended.executionId()))
                .orElseThrow(() -> Refusal.of(
                                ErrorType.IDEMPOTENCY_CONFLICT,
                                "The request with this Idempotency-Key has ended, and its record is not kept any more")
                        .with("executionId", ended.executionId()));
        Optional<Bytes> body = ended.body().or(execution::output);
        if (body.isEmpty() && execution.error().isEmpty()) {
            throw Refusal.of(
                            ErrorType.IDEMPOTENCY_CONFLICT,
                            "The request with this Idempotency-Key has succeeded, but its answer of "
                                    + execution.outputSize() + " bytes was too large to be kept")
                    .with("executionId", ended.executionId());
        }
        return new Answered.Ended(version, execution, body, From.EARLIER_CALL, Cold.NOT);
    }

    private Answered admitted(Request request, Deployed version, String id) throws InterruptedException {
        try (Permits.Permit _ = permits.take(version, request.internal())) {
            Work work = work(request, version, id, "sync");
            try {
                Ran ran = ended(request, version, work.logContext().bound().call(() -> runs.run(work)));
                return new Answered.Ended(version, ran.execution(), ran.body(), From.RUN, ran.how());
            } finally {
                runs.kept(work);
            }
        }
    }

    /** Remembers what came of a run, and has done what it registered for its failure; what is told of it. */
    Ran ended(Request request, Deployed version, Ran ran) throws InterruptedException {
        Ran settled = accepting.settled(request, version, ran);
        if (settled.execution().status()
                != ExecutionStatus.COMPENSATING) { // which is kept, and has its record at its end
            keep(request, version, settled);
        }
        return settled;
    }

    private void keep(Request request, Deployed version, Ran ran) throws InterruptedException {
        // whoever repeats the key looks the record up, after a crash too
        record(
                ran.execution(),
                version.traits().recordDurable() || request.idempotencyKey().isPresent());
        if (ran.body().isPresent() && Cache.applies(request, version)) {
            cache.keep(request, version, ran.execution(), ran.body().get(), clock.instant());
        }
    }

    private void record(Execution execution, boolean durably) throws InterruptedException {
        if (durably) {
            records.addDurably(execution);
        } else {
            records.add(execution);
        }
    }

    Work work(Request request, Deployed version, String id, String mode) {
        return new Work(
                id,
                version,
                request.principal(),
                request.input(),
                mode,
                request.correlationId(),
                request.trace(),
                request.wish().key().orElse(""),
                request.depth(),
                timeout(request, version),
                clock.instant(),
                1,
                new Entry.Main());
    }

    private static Duration timeout(Request request, Deployed version) {
        Duration own = Duration.ofSeconds(version.version().timeoutSeconds());
        return request.atMost().filter(most -> most.compareTo(own) < 0).orElse(own);
    }
}
