package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.plugin.Lease;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Launch;
import java.util.Optional;

/** Instances on no shelf: doomed from the beginning, so that whoever leaves one closes it. */
record LentApart(Pools pools, Starting starting, Catalog catalog) implements Apart {
    @Override
    public Loan start(Deployed version, Launch launch, Optional<Release> on) throws InterruptedException {
        return lend(
                version, launch, starting.lease(version, catalog.offer(version).slot(), on));
    }

    @Override
    public boolean serves(Deployed version, int dialect) {
        return catalog.offer(version).dialects().reads().contains(dialect);
    }

    @Override
    public Loan reading(Deployed version, int dialect) throws InterruptedException {
        return reading(version, catalog.launch(version), dialect);
    }

    @Override
    public Loan reading(Deployed version, Launch launch, int dialect) throws InterruptedException {
        return lend(
                version,
                launch,
                starting.leaseReading(version, catalog.offer(version).slot(), dialect));
    }

    private Loan lend(Deployed version, Launch launch, Lease<Executor> lease) throws InterruptedException {
        Starting.Started started = starting.apart(launch, lease);
        started.warm().enter();
        started.warm().doom();
        return new Loan(pools, new Shelf(version), started.warm(), true, started.how());
    }
}
