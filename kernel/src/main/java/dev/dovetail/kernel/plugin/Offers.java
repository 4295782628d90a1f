package dev.dovetail.kernel.plugin;

import java.util.ArrayList;
import java.util.List;

/** What the kernel's other storeys may know of what serves, in plain values. */
final class Offers {
    private Offers() {}

    /** What executors run, in the slots they serve in. */
    static List<RuntimeOffer> runtimes(Manifest plugin, List<Occupant.Plan<?>> plans) {
        List<RuntimeOffer> offers = new ArrayList<>();
        for (Occupant.Plan<?> plan : plans) {
            plan.contribution()
                    .runs()
                    .ifPresent(runs -> plan.runtimes()
                            .forEach(each -> offers.add(new RuntimeOffer(
                                    plan.contribution().isNative()
                                            ? plan.slot().name().text()
                                            : each.name(),
                                    each.suffix(),
                                    each.handler(),
                                    each.missing(),
                                    plan.slot().name(),
                                    runs.trust(),
                                    plan.contribution().isNative(),
                                    runs.abilities(),
                                    runs.dialects(),
                                    runs.limitsSchema(),
                                    runs.controls(),
                                    plugin.toString()))));
        }
        return List.copyOf(offers);
    }

    static List<TriggerOffer> triggers(Manifest plugin, List<Occupant.Plan<?>> plans) {
        return plans.stream()
                .filter(plan -> plan.contribution().kind() == Kind.TRIGGER)
                .map(plan -> new TriggerOffer(
                        plan.contribution().type(),
                        plan.slot().name(),
                        plan.contribution().subscriptionSchema(),
                        plugin.toString()))
                .toList();
    }
}
