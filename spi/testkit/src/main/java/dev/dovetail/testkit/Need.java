package dev.dovetail.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What a test may need of the machine that it runs on. */
public enum Need {
    /** The tests run as the system's administrator. */
    ROOT("to run as root", Need::isRoot),
    /** Small file systems can be mounted. */
    MOUNT("to mount a file system", Need::mounts),
    /** A file can be mounted as a disk, whose file system can be told to stand still. */
    FREEZABLE_DISK("to mount a file as a disk and freeze it (losetup, mkfs.ext4, fsfreeze)", Need::freezes),
    /** Processes are shown as files. */
    PROC("/proc", () -> Files.isDirectory(Path.of("/proc/self/fd"))),
    /** A POSIX shell. */
    SHELL("a POSIX shell", () -> Files.isExecutable(Path.of("/bin/sh"))),
    /** Bubblewrap, allowed to make namespaces. */
    BUBBLEWRAP("bubblewrap", () -> answers("bwrap", "--unshare-pid", "--ro-bind", "/", "/", "/bin/true")),
    /** Control groups, of either version, with the controller for memory. */
    CONTROL_GROUPS("control groups", Need::hasControlGroups),
    /** Python 3. */
    PYTHON("python3", () -> answers("python3", "--version")),
    /** Perl. */
    PERL("perl", () -> answers("perl", "-v")),
    /** Node.js. */
    NODE("node", () -> answers("node", "--version")),
    /** A folder, named by the variable DOVETAIL_NODES, in which npm has installed Node 16, 18, 20 and 22. */
    NODES("a folder with node16, node18, node20 and node22 of npm, named by DOVETAIL_NODES", Need::hasNodes),
    /** A folder, named by the variable DOVETAIL_JDKS, with an installation of Java 11 and one of Java 21. */
    JDKS("a folder with java11 and java21, named by DOVETAIL_JDKS", Need::hasJdks),
    /** A folder, named by the variable DOVETAIL_PYTHONS, with installations of Python 3.9 to 3.13. */
    PYTHONS("a folder with python3.9 to python3.13, named by DOVETAIL_PYTHONS", Need::hasPythons),
    /** OpenSSL's command. */
    OPENSSL("openssl", () -> answers("openssl", "version")),
    /** The shell bash. */
    BASH("bash", () -> answers("bash", "--version")),
    /** Ruby. */
    RUBY("ruby", () -> answers("ruby", "--version")),
    /** The Go compiler. */
    GO("go", () -> answers("go", "version")),
    /** A folder, named by the variable DOVETAIL_LAMBDA_RIC, in which npm has installed {@code aws-lambda-ric}. */
    LAMBDA_NODE("a folder with npm's aws-lambda-ric, named by DOVETAIL_LAMBDA_RIC", Need::hasLambdaForNode),
    /** The curl command. */
    CURL("curl", () -> answers("curl", "--version")),
    /** The archive of PostgreSQL for this platform is on the class path. */
    POSTGRES_BINARIES("PostgreSQL's binaries for this platform", Need::hasPostgres);

    private static final int PATIENCE_SECONDS = 10;

    private final String words;
    private final BooleanSupplier check;
    private volatile Met met = Met.UNKNOWN;

    private enum Met {
        UNKNOWN,
        YES,
        NO
    }

    Need(String words, BooleanSupplier check) {
        this.words = words;
        this.check = check;
    }

    /** As messages say it, after "needs". */
    public String words() {
        return words;
    }

    /** Whether it is there; looked at once. */
    public boolean met() {
        if (met == Met.UNKNOWN) {
            met = check.getAsBoolean() ? Met.YES : Met.NO;
        }
        return met == Met.YES;
    }

    private static boolean isRoot() {
        try {
            Path made = Files.createTempFile("need", ".txt");
            try {
                return Files.getAttribute(made, "unix:uid").equals(0);
            } finally {
                Files.delete(made);
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false; // or there is no such thing as a user's number here
        }
    }

    private static boolean mounts() {
        try {
            Path folder = Files.createTempDirectory("need");
            try {
                return answers("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.toString())
                        && answers("umount", folder.toString());
            } finally {
                Files.delete(folder);
            }
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean freezes() {
        return answers("sh", "-c", """
                set -e
                folder=$(mktemp -d)
                trap 'umount "$folder/disk" 2>/dev/null; rm -rf "$folder"' EXIT
                mkdir "$folder/disk"
                truncate -s 16M "$folder/image"
                mkfs.ext4 -q "$folder/image"
                mount -o loop "$folder/image" "$folder/disk"
                fsfreeze -f "$folder/disk"
                fsfreeze -u "$folder/disk"
                """);
    }

    private static boolean hasControlGroups() {
        return Files.isDirectory(Path.of("/sys/fs/cgroup/memory"))
                || Files.isWritable(Path.of("/sys/fs/cgroup/cgroup.subtree_control"));
    }

    private static boolean hasLambdaForNode() {
        String folder = System.getenv("DOVETAIL_LAMBDA_RIC");
        return folder != null && Files.isDirectory(Path.of(folder, "node_modules", "aws-lambda-ric"));
    }

    private static boolean hasNodes() {
        String folder = System.getenv("DOVETAIL_NODES");
        return folder != null
                && Stream.of("node16", "node18", "node20", "node22")
                        .allMatch(name -> Files.isExecutable(Path.of(folder, "node_modules", name, "bin", "node")));
    }

    private static boolean hasJdks() {
        String folder = System.getenv("DOVETAIL_JDKS");
        return folder != null
                && Stream.of("java11", "java21")
                        .allMatch(name -> Files.isExecutable(Path.of(folder, name, "bin", "java")));
    }

    private static boolean hasPythons() {
        String folder = System.getenv("DOVETAIL_PYTHONS");
        return folder != null
                && Stream.of("python3.9", "python3.10", "python3.11", "python3.12", "python3.13")
                        .allMatch(name -> Files.isExecutable(Path.of(folder, name, "bin", name)));
    }

    private static boolean hasPostgres() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String platform = system.contains("mac") ? "darwin" : system.contains("win") ? "windows" : "linux";
        String machine =
                System.getProperty("os.arch").replace("amd64", "x86_64").replace("aarch64", "arm_64");
        return Need.class.getResource("/postgres-" + platform + "-" + machine + ".txz") != null;
    }

    private static boolean answers(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
