import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says in one line what the build's tests did not prove, from what each module noted in {@code target/not-proved.txt}. Given
 * the folder of all modules.
 */
final class NotProved {
    private NotProved() {}

    public static void main(String[] arguments) throws IOException {
        Set<String> lines = new TreeSet<>();
        Files.walkFileTree(Path.of(arguments[0]), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes about) throws IOException {
                String name = folder.getFileName().toString();
                if (name.equals("target")) {
                    Path file = folder.resolve("not-proved.txt");
                    if (Files.exists(file)) {
                        lines.addAll(Files.readAllLines(file));
                    }
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return name.equals("src") || name.startsWith(".") && !name.equals(".")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }
        });
        String runs = "all".equals(System.getenv("DOVETAIL_PROVE")) ? "" : " (the long runs: DOVETAIL_PROVE=all)";
        System.out.println(
                lines.isEmpty()
                        ? "everything was proved on this machine" + runs
                        : "not proved on this machine: " + String.join("; ", lines) + runs);
    }
}
