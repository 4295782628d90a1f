package dev.dovetail.executor.wasm;

import com.dylibso.chicory.wabt.Wat2Wasm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Modules made of their text. */
final class Wat {
    private static final Path SAMPLES = Path.of("src/test/samples");
    private static final Path MADE = Path.of("target/samples");
    private static final Map<String, Path> KNOWN = new ConcurrentHashMap<>();

    private Wat() {}

    static byte[] compile(String text) {
        return Wat2Wasm.parse(text);
    }

    /** The module of a sample. */
    static Path sample(String name) {
        // the compiler is a guest itself, and would stop
        boolean interrupted = Thread.interrupted();
        try {
            return KNOWN.computeIfAbsent(name, Wat::made);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Path made(String name) {
        try {
            byte[] module = compile(Files.readString(SAMPLES.resolve(name + ".wat")));
            Files.createDirectories(MADE);
            Path begun = Files.createTempFile(MADE, name, ".tmp");
            Files.write(begun, name.equals("broken") ? broken(module) : module);
            return Files.move(begun, MADE.resolve(name + ".wasm"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Makes the constant 77, of which there is one, two instructions that do nothing. */
    private static byte[] broken(byte[] module) {
        for (int i = 0; i < module.length - 2; i++) {
            if (module[i] == 0x41 && (module[i + 1] & 0xff) == 0xcd && module[i + 2] == 0) {
                module[i] = 1;
                module[i + 1] = 1;
                module[i + 2] = 1;
                return module;
            }
        }
        throw new IllegalStateException("The module has no constant 77");
    }

    /** The module with a name section that gives these functions names. */
    static byte[] named(byte[] module, Map<Integer, String> names) {
        ByteArrayOutputStream map = new ByteArrayOutputStream();
        map.write(names.size());
        names.forEach((function, name) -> {
            map.write(function);
            map.write(name.length());
            map.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        });
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        section.write(4);
        section.writeBytes("name".getBytes(StandardCharsets.UTF_8));
        section.write(1);
        section.write(map.size());
        section.writeBytes(map.toByteArray());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(module);
        out.write(0);
        out.write(section.size());
        out.writeBytes(section.toByteArray());
        return out.toByteArray();
    }
}
