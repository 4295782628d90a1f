package dev.dovetail.kernel.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is looked up of open executions is all that there is. */
class OpenFilesTest {
    private static final int MANY = 10_500;
    private static final Name TENANT = Name.of("default");

    @Test
    @Tag("WF-11")
    void anEventIsForAllThatWaitForItHoweverManyTheyAre(@TempDir Path folder) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        List<Change> changes = new ArrayList<>();
        Set<String> waiting = new TreeSet<>();
        for (int i = 0; i < MANY; i++) {
            String id = "e-" + (MANY + i);
            waiting.add(id);
            changes.add(new Change.Put(Keys.waiting(TENANT, "changed", id), Bytes.utf8("{}"), Expectation.anything()));
        }
        changes.add(new Change.Put(Keys.waiting(TENANT, "changed2", "e"), Bytes.utf8("{}"), Expectation.anything()));
        state.commit(CommitId.fresh(), changes);
        try (Plugins plugins = Lent.plugins(folder, state)) {
            Schemas schemas = new Schemas();
            OpenFiles files = new OpenFiles(plugins.state(), new Papers(schemas), schemas);
            assertEquals(waiting, new TreeSet<>(files.waitingFor(TENANT, "changed")));
        }
    }
}
