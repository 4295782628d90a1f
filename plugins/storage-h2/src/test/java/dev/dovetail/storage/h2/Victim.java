package dev.dovetail.storage.h2;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A process that commits as fast as it can and tells of each commit that was answered, until it is killed. */
final class Victim {
    static final int THREADS = 8;

    private Victim() {}

    static StateStore open(Path file, Workshop context) throws InterruptedException {
        H2StateStoreProvider provider = new H2StateStoreProvider();
        return provider.open(
                Settings.of(
                        provider.schema(),
                        Map.of("file", file.toString(), "segment-bytes", 200_000, "pending-bytes", 1 << 20)),
                context);
    }

    /** The process, running. */
    static Process start(Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        // its workshop is never closed
                        "-Djava.io.tmpdir=" + file.toAbsolutePath().getParent(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream told = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        StateStore store = open(Path.of(arguments[0]), new Workshop());
        told.println("open");
        List<Thread> threads = new ArrayList<>();
        for (int member = 0; member < THREADS; member++) {
            int me = member;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = next(store, me); ; i++) {
                    Committed answer = store.commit(id(me, i), changes(store, me, i));
                    told.println(me + " " + i + " " + ((Done) answer).version());
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** The number of the first commit of this member that was not made. */
    static int next(StateStore store, int member) {
        return store.find(counter(member))
                .map(e -> Integer.parseInt(e.value().text()) + 1)
                .orElse(0);
    }

    static Key counter(int member) {
        return Key.state("n/" + member);
    }

    static Key part(int member, int i, String which) {
        return Key.state("w/" + member + "/" + "%06d".formatted(i) + "/" + which);
    }

    static CommitId id(int member, int i) {
        return new CommitId(member + "-" + i);
    }

    /** Two new keys and a counter that goes up: whole or not at all. */
    static List<Change> changes(StateStore store, int member, int i) {
        Random random = new Random(member * 31L + i);
        byte[] value = new byte[random.nextInt(50) == 0 ? 100_000 : random.nextInt(2_000)];
        random.nextBytes(value);
        Optional<Entry> counter = store.find(counter(member));
        Expectation same = counter.map(e -> Expectation.version(e.version())).orElse(Expectation.absent());
        return List.of(
                new Change.Put(part(member, i, "a"), Bytes.of(value), Expectation.absent()),
                new Change.Put(counter(member), Bytes.utf8(String.valueOf(i)), same),
                new Change.Put(part(member, i, "b"), Bytes.of(value), Expectation.absent()));
    }
}
