package dev.dovetail.storage.h2;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException;
import java.io.IOException;
import java.util.List;

/** How a store begins - lock, base, what the log has more - and ends, in reverse. */
final class Opening {
    private final StoreFiles files;
    private final Context context;
    private final Sizes sizes;
    private final Segment.Disk disk;

    /** What an operator may set. */
    record Sizes(int segmentBytes, long pendingBytes, int cacheMegabytes) {}

    Opening(StoreFiles files, Sizes sizes, Context context, Segment.Disk disk) {
        this.files = files;
        this.sizes = sizes;
        this.context = context;
        this.disk = disk;
    }

    /** Opens everything, or leaves nothing open. */
    Parts open() {
        try {
            files.make();
            HomeLock lock = HomeLock.take(files.lock());
            try {
                return opened(lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw StoreFiles.trouble("open the state store " + files, e);
        }
    }

    private Parts opened(HomeLock lock) throws IOException {
        Base base = new Base(files.base(), sizes.cacheMegabytes());
        try {
            Overlay overlay = new Overlay(base);
            Applier applier = new Applier(base, overlay, sizes.pendingBytes(), context.log());
            WriteAheadLog log = new WriteAheadLog(files.log(), sizes.segmentBytes(), disk);
            CommitIds ids = new CommitIds();
            long version = readBack(base, overlay, applier, log, ids);
            Writer writer = new Writer(files.toString(), overlay, applier, log, ids, version, context);
            Thread applying = context.threads(0).newThread(applier);
            Thread writing = context.threads(0).newThread(writer);
            applying.start();
            writing.start();
            return new Parts(files, context.log(), lock, base, overlay, applier, log, writer, writing, applying);
        } catch (IOException | RuntimeException e) {
            base.close();
            throw e;
        }
    }

    /** Shows again what the log has and the base has not. */
    private long readBack(Base base, Overlay overlay, Applier applier, WriteAheadLog log, CommitIds ids)
            throws IOException {
        long applied = base.applied();
        var newest = new Object() {
            long version = applied;
        };
        List<LogReading.Read> read = new LogReading(files.log(), context.log()).all((position, head, whole) -> {
            head.id().ifPresent(id -> ids.add(id, position, 0));
            newest.version = Math.max(newest.version, head.version());
            if (head.version() > applied) {
                List<Logged> record = List.of(whole.get());
                overlay.publish(record);
                applier.add(record);
            }
        });
        log.goOn(read, newest.version);
        return newest.version;
    }

    /** An open store's parts. */
    record Parts(
            StoreFiles files,
            System.Logger logger,
            HomeLock lock,
            Base base,
            Overlay overlay,
            Applier applier,
            WriteAheadLog log,
            Writer writer,
            Thread writing,
            Thread applying) {
        /** Answers what is under way, then lets go of threads and files; again, nothing. */
        synchronized void close() {
            if (!writing.isAlive() && !applying.isAlive()) {
                return;
            }
            try {
                writer.ask(new Ask.End());
            } catch (PluginException alreadyEnded) {
                // its thread was interrupted
            }
            boolean interrupted = !ended(writing);
            applier.close();
            interrupted |= !ended(applying);
            try (lock) {
                base.close();
                log.close();
            } catch (IOException e) {
                logger.log(System.Logger.Level.WARNING, "The state store did not close cleanly: {0}", e.getMessage());
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Waits for the thread's end, which is near; @return whether nobody interrupted the wait. */
        private static boolean ended(Thread thread) {
            boolean calm = true;
            while (true) {
                try {
                    thread.join();
                    return calm;
                } catch (InterruptedException e) {
                    calm = false;
                }
            }
        }
    }
}
