package dev.dovetail.executor.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What runs beside a function, as it was built, asks nothing that Java 11 lacks: no newer class file, and no class or member that
 * is not in the list of that version's API which every JDK brings for its compiler.
 */
@Tag("RT-21")
final class ElevenTest {
    private static final Path SHIM = Path.of("target/classes/dev/dovetail/executor/java/dovetail-function.jar");
    private static final Path SYMBOLS = Path.of(System.getProperty("java.home"), "lib", "ct.sym");
    private static final int MAJOR = 55;

    /** How that list marks what 11 has. */
    private static final String MARK = "B";

    private static List<ClassModel> classes() throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(SHIM);
                Stream<Path> all = Files.walk(jar.getPath("/"))) {
            return all.filter(each -> each.toString().endsWith(".class"))
                    .map(ElevenTest::parsed)
                    .toList();
        }
    }

    private static ClassModel parsed(Path file) {
        try {
            return ClassFile.of().parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyClassIsOneThatElevenReads() throws Exception {
        List<ClassModel> classes = classes();
        assertTrue(classes.size() > 30, "only " + classes.size());
        for (ClassModel each : classes) {
            assertEquals(MAJOR, each.majorVersion(), each.thisClass().asInternalName());
        }
    }

    @Test
    void everythingOfTheJdkThatIsNamedIsInEleven() throws Exception {
        try (FileSystem symbols = FileSystems.newFileSystem(SYMBOLS)) {
            Eleven eleven = new Eleven(symbols);
            assertTrue(eleven.has("java/lang/String", "strip", "()Ljava/lang/String;"));
            assertTrue(eleven.has("java/util/ArrayList", "hashCode", "()I"), "what is inherited");
            assertFalse(eleven.has("java/lang/String", "formatted", "([Ljava/lang/Object;)Ljava/lang/String;"));
            assertFalse(eleven.find("java/net/UnixDomainSocketAddress").isPresent());
            TreeSet<String> missing = new TreeSet<>();
            int named = 0;
            for (ClassModel each : classes()) {
                for (PoolEntry entry : each.constantPool()) {
                    Optional<String> lacks = eleven.lacks(entry);
                    lacks.ifPresent(
                            what -> missing.add(what + " in " + each.thisClass().asInternalName()));
                    named++;
                }
            }
            assertEquals(new TreeSet<>(), missing);
            assertTrue(named > 1000, "only " + named);
        }
    }

    /** The API of 11. */
    private static final class Eleven {
        private final Map<String, Path> files = new HashMap<>();
        private final Map<String, ClassModel> read = new HashMap<>();

        Eleven(FileSystem symbols) throws IOException {
            try (Stream<Path> all = Files.walk(symbols.getPath("/"))) {
                all.filter(each -> each.toString().endsWith(".sig")
                                && each.getName(0).toString().contains(MARK))
                        .forEach(each -> {
                            String name = each.subpath(2, each.getNameCount()).toString();
                            files.put(name.substring(0, name.length() - ".sig".length()), each);
                        });
            }
        }

        Optional<ClassModel> find(String name) {
            return Optional.ofNullable(files.get(name)).map(file -> read.computeIfAbsent(name, _ -> parsed(file)));
        }

        /** Whether a class has this member, or one above it has. */
        boolean has(String owner, String name, String type) {
            Optional<ClassModel> model = find(owner);
            return model.isPresent()
                    && (model.get().methods().stream()
                                    .anyMatch(it -> it.methodName().equalsString(name)
                                            && it.methodType().equalsString(type))
                            || model.get().fields().stream()
                                    .anyMatch(it -> it.fieldName().equalsString(name)
                                            && it.fieldType().equalsString(type))
                            || Stream.concat(model.get().superclass().stream(), model.get().interfaces().stream())
                                    .anyMatch(it -> has(it.asInternalName(), name, type)));
        }

        Optional<String> lacks(PoolEntry entry) {
            return switch (entry) {
                case ClassEntry type
                when ofTheJdk(type) && find(type.asInternalName()).isEmpty() -> Optional.of(type.asInternalName());
                case MemberRefEntry member
                when ofTheJdk(member.owner())
                        && !has(
                                member.owner().asInternalName(),
                                member.name().stringValue(),
                                member.type().stringValue()) ->
                    Optional.of(member.owner().asInternalName() + "." + member.name() + member.type());
                default -> Optional.empty();
            };
        }

        private static boolean ofTheJdk(ClassEntry type) {
            String name = type.asInternalName();
            return name.startsWith("java/") || name.startsWith("javax/") || name.startsWith("jdk/");
        }
    }
}
