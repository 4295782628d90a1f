package dev.dovetail.kernel.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
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

/** Bells that are rung for others, however many, keep nobody from hearing his own. */
class InboxTest {
    private static final int MANY = 2_500;
    private final InMemoryStateStore state = new InMemoryStateStore();

    private void ring(int shard, int times) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            changes.add(new Change.Put(
                    Keys.bell(shard, "e-" + shard + "-" + i), Bytes.utf8("default"), Expectation.anything()));
        }
        state.commit(CommitId.fresh(), changes);
    }

    private static Set<Integer> shards(List<Inbox.Rung> rung) {
        Set<Integer> shards = new TreeSet<>();
        rung.forEach(each -> shards.add(each.shard()));
        return shards;
    }

    @Test
    @Tag("IV-06")
    void ownBellsAreHeardAmongManyOfOthers(@TempDir Path folder) throws Exception {
        try (Plugins plugins = Lent.plugins(folder, state)) {
            Inbox inbox = new Inbox(plugins.state(), new Schemas());
            ring(3, 2);
            ring(40, 1);
            assertEquals(Set.of(3), shards(inbox.rung(Set.of(2, 3))));
            assertEquals(List.of(), inbox.rung(Set.of()));
            ring(0, MANY);
            ring(7, MANY);
            assertEquals(Set.of(3, 40), shards(inbox.rung(Set.of(3, 39, 40))));
            List<Inbox.Rung> own = inbox.rung(Set.of(7, 40));
            assertEquals(Set.of(7, 40), shards(own));
            assertEquals(1_001, own.size());
        }
    }
}
