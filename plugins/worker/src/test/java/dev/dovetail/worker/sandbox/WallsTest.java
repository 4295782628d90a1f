package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.worker.sandbox.Yard.Done;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What code sees of the machine from inside a cell. */
@Tag("TE-05")
@Tag("RT-25")
@Tag("RT-30")
@Needs({Need.BUBBLEWRAP, Need.CONTROL_GROUPS, Need.ROOT, Need.SHELL, Need.PYTHON})
class WallsTest {
    private static Yard yard;

    @BeforeAll
    static void open() throws Exception {
        yard = Yard.strict();
    }

    @AfterAll
    static void close() {
        if (yard != null) {
            yard.close();
        }
    }

    @Test
    void nothingIsMissingForTheStrictestLevel() {
        assertEquals(Isolation.STRICT, yard.sandbox.level());
        assertEquals(List.of(), yard.sandbox.lacks());
    }

    @Test
    void onlyThePlansEnvironmentIsThere() throws Exception {
        Done done =
                yard.run(Yard.program("/usr/bin/env").environment(Map.of("A", "it's $HOME\n`id`", "LD_PRELOAD", "")));
        assertEquals("", done.errors());
        assertTrue(done.output().contains("A=it's $HOME\n`id`\n"), done.output());
        assertEquals(3, done.output().lines().count(), done.output());
        assertEquals(new Cell.End(0, false, "ended with status 0"), done.end());
    }

    @Test
    void theMachinesSecretsAndProcessesAreOutOfSight() throws Exception {
        Done done = yard.run(Yard.shell("""
                cat /etc/shadow; ls /root /home /var /boot /sys /run; cat /proc/%d/cmdline
                for p in /proc/[0-9]*; do echo "process $p"; done
                ls -a /; id -u; cat /etc/passwd
                """.formatted(ProcessHandle.current().pid())));
        assertTrue(done.errors().contains("/etc/shadow: No such file"), done.errors());
        assertTrue(done.errors().contains("/root"), done.errors());
        assertTrue(
                done.output().lines().filter(line -> line.startsWith("process")).count() <= 3, done.output());
        assertFalse(done.output().contains("java"), done.output());
        assertTrue(done.output().contains("function:x:19"), done.output());
    }

    @Test
    void theSystemAndReadOnlyMountsCannotBeWritten() throws Exception {
        Path code = Yard.open(yard.workshop.home().resolve("code"));
        Files.writeString(code.resolve("main.py"), "print('hello from', __file__)");
        Yard.Plan plan = Yard.shell("""
                for f in /usr/x /etc/x /x /run/x /dev/x /var/task/x /run/dovetail/x; do (echo x > $f) 2>/dev/null && echo wrote $f; done
                chmod 777 /var/task /usr 2>/dev/null && echo changed
                rm -f /var/task/main.py 2>/dev/null && echo removed
                echo x > /tmp/x && echo x > /dev/shm/x && python3 /var/task/main.py
                """).mount(code, "/var/task", false);
        Done done = yard.run(plan);
        assertEquals("hello from /var/task/main.py\n", done.output(), done.errors());
    }

    @Test
    void whatLiesBelowAFolderThatOnlyRootMayEnterCanBeMounted() throws Exception {
        Path secret = Files.createDirectory(yard.workshop.home().resolve("root"));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(secret.resolve("key"), "hidden");
        Path prefix = Yard.open(secret.resolve("pyenv/versions/3"));
        Files.writeString(prefix.resolve("lib"), "seen");
        Done done = yard.run(Yard.shell("cat %1$s/lib; ls -A %2$s".formatted(prefix, secret))
                .mount(prefix, prefix.toString(), false));
        assertEquals("seenpyenv\n", done.output(), done.errors());
    }

    @Test
    void whatTheCellsUserCouldNotReadIsRefusedAtOnce() throws Exception {
        Path closed = Files.createTempDirectory(yard.workshop.home(), "closed");
        assertRefused(closed, Yard.shell("true").mount(closed, "/var/task", false));
        Path missing = closed.resolve("missing");
        assertRefused(missing, Yard.shell("true").mount(missing, "/var/task", true));
        assertRefused(Path.of("tool"), Yard.program("tool"));
    }

    private static void assertRefused(Path told, Yard.Plan plan) {
        PluginException refused = assertThrows(PluginException.class, () -> yard.run(plan));
        assertEquals(PluginException.Kind.REJECTED, refused.kind());
        assertTrue(refused.getMessage().contains(told.toString()), refused.getMessage());
    }

    @Test
    void aWritableMountBelongsToTheCell() throws Exception {
        Path work = Files.createTempDirectory(yard.workshop.home(), "work");
        Files.writeString(work.resolve("old"), "old");
        Done done = yard.run(Yard.shell("cat /work/old; echo new > /work/old; echo more > /work/more")
                .mount(work, "/work", true));
        assertEquals("old", done.output(), done.errors());
        assertEquals("new\n", Files.readString(work.resolve("old")));
        assertEquals("more\n", Files.readString(work.resolve("more")));
    }

    @Test
    void aSocketInAReadOnlyMountCanBeConnectedTo() throws Exception {
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "dovetail");
        Path socket = folder.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Yard.Plan plan = Yard.program("/usr/bin/python3", "-c", """
                    import socket
                    s = socket.socket(socket.AF_UNIX); s.connect('/run/worker.sock'); s.sendall(b'hi')
                    """).mount(socket, "/run/worker.sock", false);
            Done done = yard.run(plan);
            assertEquals(0, done.end().status(), done.errors());
            try (SocketChannel peer = server.accept()) {
                assertEquals("hi", Yard.text(Channels.newInputStream(peer)));
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(folder);
        }
    }

    @Test
    void thereIsNoNetworkButTheCellsOwn() throws Exception {
        try (ServerSocket kernel = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Done done = yard.run(Yard.program("/usr/bin/python3", "-c", """
                    import socket
                    def attempt(what, *address):
                        try:
                            socket.create_connection(address, 2)
                            print('reached', what)
                        except OSError as e:
                            print(what, 'no')
                    attempt('kernel', '127.0.0.1', %d)
                    attempt('world', '1.1.1.1', 53)
                    for family in (40, 17, 38):
                        try:
                            socket.socket(family, socket.SOCK_STREAM)
                            print('made', family)
                        except OSError:
                            pass
                    own = socket.create_server(('127.0.0.1', 0))
                    socket.create_connection(own.getsockname(), 2)
                    print('own loopback works')
                    """.formatted(kernel.getLocalPort())));
            assertEquals("kernel no\nworld no\nown loopback works\n", done.output(), done.errors());
        }
    }

    @Test
    void noPrivilegeCanBeGained() throws Exception {
        SystemCalls calls = SystemCalls.here().orElseThrow();
        StringBuilder numbers = new StringBuilder();
        for (String name : List.of("keyctl", "bpf", "io_uring_setup", "userfaultfd", "clone3", "clone")) {
            numbers.append(name.toUpperCase(Locale.ROOT) + " = " + calls.number(name) + "\n");
        }
        Done done = yard.run(Yard.program("/usr/bin/python3", "-c", numbers + """
                import ctypes, os, subprocess
                libc = ctypes.CDLL(None, use_errno=True)
                def attempt(what, result):
                    print(what, 'refused' if result == -1 else 'ALLOWED', ctypes.get_errno())
                for bit in (17, 25, 26, 27, 28, 29, 30):
                    attempt('unshare', libc.unshare(1 << bit))
                attempt('mount', libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))
                attempt('ptrace', libc.ptrace(0, 0, 0, 0))
                attempt('setuid', libc.setuid(0))
                attempt('setgid', libc.setgid(0))
                attempt('setns', libc.setns(0, 0))
                attempt('keyctl', libc.syscall(KEYCTL, 0, 0, 0, 0, 0))
                attempt('bpf', libc.syscall(BPF, 0, 0, 0))
                attempt('io_uring', libc.syscall(IO_URING_SETUP, 8, ctypes.create_string_buffer(256)))
                attempt('userfaultfd', libc.syscall(USERFAULTFD, 1))
                attempt('chroot', libc.chroot(b'/tmp'))
                attempt('mknod', libc.mknod(b'/tmp/disk', 0o60600, 0xfe00))
                attempt('clone3', libc.syscall(CLONE3, 0, 0))
                attempt('namespace by clone', libc.syscall(CLONE, (1 << 28) | 17, 0, 0, 0, 0))
                for line in open('/proc/self/status'):
                    if line.startswith(('CapEff', 'CapBnd', 'CapPrm', 'CapAmb', 'NoNewPrivs', 'Seccomp:')):
                        print(*line.split())
                print('su', subprocess.run(['su', '-c', 'id -u'], stdin=subprocess.DEVNULL, capture_output=True).stdout)
                os.system('cp /usr/bin/id /tmp/id; chmod 6755 /tmp/id; /tmp/id -u | grep -vx "$(id -u)"')
                """));
        assertFalse(done.output().contains("ALLOWED"), done.output());
        assertEquals(
                20, done.output().lines().filter(it -> it.contains("refused")).count(), done.output());
        assertTrue(done.output().contains("clone3 refused 38"), done.output());
        for (String capabilities : List.of("CapEff", "CapBnd", "CapPrm", "CapAmb")) {
            assertTrue(done.output().contains(capabilities + ": 0000000000000000"), done.output());
        }
        assertTrue(done.output().contains("NoNewPrivs: 1\nSeccomp: 2\n"), done.output());
        assertTrue(done.output().endsWith("su b''\n"), done.output());
    }

    @Test
    void anotherCellIsOutOfSightAndOutOfReach() throws Exception {
        Path own = Yard.open(yard.workshop.home().resolve("first"));
        Files.writeString(own.resolve("secret"), "of the first");
        Yard.Plan first = Yard.program("/usr/bin/python3", "-c", """
                        import socket, os, time
                        s = socket.socket(socket.AF_UNIX); s.bind('\\0first')
                        open('/tmp/mine', 'w').write('x')
                        print(os.getuid(), flush=True)
                        time.sleep(100)
                        """)
                .mount(own, "/var/task", false)
                .environment(Map.of("PATH", "/usr/bin", "TOKEN", "of-the-first"));
        try (Cell neighbour = yard.sandbox.start(first.plan())) {
            String uid = Yard.line(neighbour);
            Done done = yard.run(Yard.program("/usr/bin/python3", "-c", """
                    import glob, os, socket
                    print(os.getuid())
                    for p in glob.glob('/proc/[0-9]*/environ'):
                        try: print('of-the-first' in open(p).read())
                        except PermissionError: pass
                    print(os.path.exists('/var/task'), os.path.exists('/tmp/mine'))
                    try:
                        socket.socket(socket.AF_UNIX).connect('\\0first'); print('connected')
                    except OSError: print('refused')
                    for pid in range(2, 70000):
                        try:
                            if pid != os.getpid(): os.kill(pid, 9); print('killed', pid)
                        except OSError: pass
                    """));
            List<String> lines = done.output().lines().toList();
            assertNotEquals(uid, lines.getFirst());
            assertFalse(lines.contains("True"), done.output());
            assertEquals(
                    List.of("False False", "refused"), lines.subList(lines.size() - 2, lines.size()), done.errors());
            assertTrue(neighbour.alive());
        }
    }

    @Test
    void aPathIsKnownInside() throws Exception {
        Path code = Yard.open(yard.workshop.home().resolve("known/deep"));
        try (Cell cell = yard.sandbox.start(Yard.shell("read x")
                .mount(code.getParent(), "/var/task", false)
                .mount(code, "/opt", false)
                .plan())) {
            assertEquals(Path.of("/var/task/x"), cell.seen(code.resolveSibling("x")));
            assertEquals(Path.of("/opt/y"), cell.seen(code.resolve("y")));
            assertEquals(Path.of("/opt"), cell.seen(code));
        }
    }
}
