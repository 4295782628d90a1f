import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in one line what the build's tests did not prove, from what each module noted in {@code target/not-proved.txt}, and
 * in lines before it which passed only when they ran again, from Surefire's reports. Given the folder of all modules.
 */
final class NotProved {
    private static final Pattern CASE = Pattern.compile("<testcase name=\"([^\"]*)\" classname=\"([^\"]*)\"");

    private NotProved() {}

    public static void main(String[] arguments) throws IOException {
        Set<String> lines = new TreeSet<>();
        Set<String> again = new TreeSet<>();
        Files.walkFileTree(Path.of(arguments[0]), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes about) throws IOException {
                String name = folder.getFileName().toString();
                if (name.equals("target")) {
                    Path file = folder.resolve("not-proved.txt");
                    if (Files.exists(file)) {
                        lines.addAll(Files.readAllLines(file));
                    }
                    again.addAll(passedAgain(folder.resolve("surefire-reports")));
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return name.equals("src") || name.startsWith(".") && !name.equals(".")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }
        });
        again.forEach(test -> System.out.println("passed only when it ran again: " + test));
        String runs = "all".equals(System.getenv("DOVETAIL_PROVE")) ? "" : " (the long runs: DOVETAIL_PROVE=all)";
        System.out.println(
                lines.isEmpty()
                        ? "everything was proved on this machine" + runs
                        : "not proved on this machine: " + String.join("; ", lines) + runs);
    }

    /** Surefire writes the element where a test passed after it failed. */
    private static List<String> passedAgain(Path reports) throws IOException {
        if (!Files.isDirectory(reports)) {
            return List.of();
        }
        List<String> tests = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
            for (Path file : files) {
                String test = "";
                for (String line : Files.readAllLines(file)) {
                    Matcher names = CASE.matcher(line);
                    if (names.find()) {
                        test = names.group(2) + "." + names.group(1);
                    } else if (line.contains("<flakyFailure") || line.contains("<flakyError")) {
                        tests.add(test);
                    }
                }
            }
        }
        return tests;
    }
}
