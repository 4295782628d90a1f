package dev.dovetail.distribution;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of its own, in a file, that can be told to stand still: then nothing is written to it until it goes on. */
final class Disk implements Herd.Standstill, AutoCloseable {
    private final Path folder;

    private Disk(Path folder) {
        this.folder = folder;
    }

    /** @param megabytes how large it is */
    static Disk at(Path folder, int megabytes) throws Exception {
        Path image = folder.resolveSibling(folder.getFileName() + ".image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(megabytes * 1024L * 1024L);
        }
        run("mkfs.ext4", "-q", image.toString());
        run(
                "mount",
                "-o",
                "loop",
                image.toString(),
                Files.createDirectories(folder).toString());
        return new Disk(folder);
    }

    @Override
    public void begin() throws Exception {
        run("fsfreeze", "-f", folder.toString());
    }

    @Override
    public void end() throws Exception {
        run("fsfreeze", "-u", folder.toString());
    }

    private static void run(String... words) throws IOException, InterruptedException {
        House.run(new ProcessBuilder(words)).expecting(0);
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", folder.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(folder + " stays mounted", e);
        }
    }
}
