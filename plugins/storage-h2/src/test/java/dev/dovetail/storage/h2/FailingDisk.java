package dev.dovetail.storage.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import org.h2.store.fs.FileBaseDefault;

/** A disk that is real until it is told to fail. */
final class FailingDisk implements Segment.Disk {
    volatile boolean failsToForce;
    volatile boolean failsToWrite;

    @Override
    public FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException {
        FileChannel real = FileChannel.open(path, options);
        return new FileBaseDefault() {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                return real.read(target, position);
            }

            @Override
            public int write(ByteBuffer source, long position) throws IOException {
                if (failsToWrite) {
                    // half of it arrives
                    ByteBuffer half = source.duplicate().limit(source.position() + source.remaining() / 2);
                    real.write(half, position);
                    throw new IOException("No space left on device");
                }
                return real.write(source, position);
            }

            @Override
            public void force(boolean metaData) throws IOException {
                if (failsToForce) {
                    throw new IOException("Input/output error");
                }
                real.force(metaData);
            }

            @Override
            public long size() throws IOException {
                return real.size();
            }

            @Override
            protected void implTruncate(long size) throws IOException {
                real.truncate(size);
            }

            @Override
            public FileLock tryLock(long position, long size, boolean shared) throws IOException {
                return real.tryLock(position, size, shared);
            }

            @Override
            protected void implCloseChannel() throws IOException {
                real.close();
            }
        };
    }
}
