package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Entry;
import dev.dovetail.kernel.catalog.Policy;
import dev.dovetail.kernel.contract.Contracts;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.identity.Tenants;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As many tenants as the platform promises to hold, with ten functions each where all is proved, and nothing of one is another's. */
class ManyTenantsTest {
    private static final int TENANTS = 1000;
    private static final int EACH = "all".equals(System.getenv("DOVETAIL_PROVE")) ? 10 : 1;

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    private Catalog catalog(Plugins plugins, Path folder) throws InterruptedException {
        Catalog catalog = new Catalog(
                plugins,
                House.SCHEMAS,
                folder.resolve("data"),
                new Policy(Isolation.PROCESS, false, 100),
                (_, _, _) -> {},
                new Contracts(),
                InstantSource.system());
        catalog.load();
        return catalog;
    }

    private static Principal of(int tenant) {
        Name name = Name.of("tenant-" + tenant);
        return new Principal("user", "u", name, List.of(), List.of("*"), List.of(), Optional.empty());
    }

    private static List<String> names(Catalog catalog, int tenant) throws InterruptedException {
        return catalog.list(of(tenant).tenant(), _ -> true, "", Integer.MAX_VALUE).entries().stream()
                .map(each -> each.function().name().text())
                .toList();
    }

    private static String name(int tenant, int which) {
        return "f-" + tenant % 7 + "-" + which; // others have functions of the same names
    }

    @Test
    @Tag("NF-08")
    void eachHasItsOwnAlsoAfterARestart(@TempDir Path one, @TempDir Path two) throws Exception {
        try (Plugins plugins = Lent.plugins(one, state, blobs, new Commands())) {
            Catalog catalog = catalog(plugins, one);
            for (int tenant = 0; tenant < TENANTS; tenant++) {
                for (int which = 0; which < EACH; which++) {
                    String body = House.function(name(tenant, which), "return " + tenant);
                    catalog.create(of(tenant), House.SCHEMAS.object(body), Optional.empty(), false);
                }
            }
            check(catalog);
            assertEquals(TENANTS, Tenants.in(plugins.state()).size());
        }
        try (Plugins plugins = Lent.plugins(two, state, blobs, new Commands())) {
            check(catalog(plugins, two));
        }
    }

    private static void check(Catalog catalog) throws InterruptedException {
        for (int tenant = 0; tenant < TENANTS; tenant++) {
            int its = tenant;
            assertEquals(
                    IntStream.range(0, EACH).mapToObj(which -> name(its, which)).toList(), names(catalog, tenant));
            Entry found = catalog.require(of(tenant).tenant(), name(tenant, 0));
            assertEquals(of(tenant).tenant(), found.function().tenant());
            String another = "f-" + (tenant + 1) % 7 + "-0";
            assertThrows(Refusal.class, () -> catalog.require(of(its).tenant(), another));
            assertThrows(Refusal.class, () -> catalog.delete(of(its), another));
        }
        assertEquals(List.of(), names(catalog, TENANTS));
    }
}
