package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EtcTest {
    @TempDir
    Path folder;

    private Path machine;

    @BeforeEach
    void makeMachine() throws IOException {
        machine = folder.resolve("machine");
        write("ssl/certs/one.pem", "rw-r--r--");
        write("ssl/certs/key.pem", "rw-------");
        write("ssl/openssl.cnf", "rw-r--r--");
        write("ssl/private/secret.key", "rw-r--r--");
        write("java-99-jdk/security/java.security", "rw-r-----");
        write("java-99-jdk/logging.properties", "rw-r--r--");
        write("shadow", "rw-r--r--");
        Files.createDirectories(machine.resolve("pki/ca-trust"));
        Files.createSymbolicLink(machine.resolve("pki/tls"), Path.of("ca-trust"));
    }

    private void write(String file, String permissions) throws IOException {
        Path path = machine.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, file);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static Set<String> files(Path tree) throws IOException {
        try (var all = Files.walk(tree)) {
            return new TreeSet<>(all.filter(each -> !Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS))
                    .map(each -> tree.relativize(each).toString())
                    .toList());
        }
    }

    @Test
    void theKernelsOwnUserSeesACopyOfWhatEveryoneMayRead() throws IOException {
        Etc etc = Etc.copied(machine, folder.resolve("etc"));
        assertEquals(
                Set.of(
                        "group",
                        "hosts",
                        "java-99-jdk/logging.properties",
                        "nsswitch.conf",
                        "passwd",
                        "pki/tls",
                        "ssl/certs/one.pem",
                        "ssl/openssl.cnf"),
                files(etc.folder()));
        assertEquals(List.of("--ro-bind", folder.resolve("etc").toString(), "/etc"), etc.mounts());
        assertEquals(etc, Etc.copied(machine, folder.resolve("etc")), "asked again");
    }

    @Test
    void anotherUserSeesTheMachinesFoldersWithTheirPermissions() throws IOException {
        Etc etc = Etc.shown(machine, folder.resolve("etc"));
        assertEquals(
                Set.of("group", "hosts", "nsswitch.conf", "passwd", "pki/tls", "ssl/openssl.cnf"), files(etc.folder()));
        List<String> mounts = etc.mounts();
        for (String each : List.of("ssl/certs", "java-99-jdk", "pki/ca-trust")) {
            int at = mounts.indexOf(machine.resolve(each).toString());
            assertTrue(at > 0 && mounts.get(at - 1).equals("--ro-bind"), mounts.toString());
            assertTrue(Files.isDirectory(etc.folder().resolve(each)), each + " is there to be mounted on");
        }
        assertFalse(mounts.contains(machine.resolve("pki/tls").toString()), "a link stays a link");
        assertFalse(mounts.toString().contains("ssl/private"), mounts.toString());
    }
}
