package dev.dovetail.storage.h2;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.h2.store.fs.FakeFileChannel;
import org.h2.store.fs.FileBaseDefault;

/**
 * A file that a reader's interrupt does not close.
 *
 * <p>The JDK closes a file channel when a thread is interrupted in it, and the kernel interrupts threads whose time is
 * up. {@link RandomAccessFile} is not so; but it has one position, so each reader takes one for himself. The store's own
 * lock file stands for the lock of this one.
 */
final class CalmFile extends FileBaseDefault {
    /** So many that nobody uses are kept open for the next readers. */
    private static final int KEPT = 4;

    private final String path;
    private final RandomAccessFile writing;
    private final Deque<RandomAccessFile> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    CalmFile(String path, String mode) throws IOException {
        this.path = path;
        this.writing = new RandomAccessFile(path, mode);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        byte[] bytes = new byte[target.remaining()];
        RandomAccessFile file = idle.poll();
        if (file == null) {
            file = new RandomAccessFile(path, "r");
        }
        boolean kept = false;
        try {
            file.seek(position);
            int count = file.read(bytes);
            kept = idle.size() < KEPT;
            if (count > 0) {
                target.put(bytes, 0, count);
            }
            return count;
        } finally {
            if (kept) {
                idle.push(file);
            } else {
                file.close();
            }
            if (closed) {
                closeIdle();
            }
        }
    }

    @Override
    public synchronized int write(ByteBuffer source, long position) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        writing.seek(position);
        writing.write(bytes);
        return bytes.length;
    }

    @Override
    public long size() throws IOException {
        return writing.length();
    }

    @Override
    protected void implTruncate(long size) throws IOException {
        writing.setLength(size);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        writing.getFD().sync();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        return new FileLock(FakeFileChannel.INSTANCE, position, size, shared) {
            @Override
            public boolean isValid() {
                return true;
            }

            @Override
            public void release() {
                // the store's lock file is what is locked
            }
        };
    }

    @Override
    protected void implCloseChannel() throws IOException {
        closed = true;
        try (writing) {
            closeIdle();
        }
    }

    /** Also what a reader gives back afterwards. */
    private void closeIdle() throws IOException {
        for (RandomAccessFile file = idle.poll(); file != null; file = idle.poll()) {
            file.close();
        }
    }

    @Override
    public String toString() {
        return path;
    }
}
