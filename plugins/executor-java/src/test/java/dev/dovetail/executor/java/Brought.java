package dev.dovetail.executor.java;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Functions in Java as their authors would bring them: compiled, in folders and in archives. */
final class Brought {
    private Brought() {}

    static final String ORDERS = """
            package shop;

            import dev.dovetail.function.Context;
            import dev.dovetail.function.RequestHandler;
            import java.util.List;
            import java.util.Map;

            public class Orders implements RequestHandler<Orders.Order, Orders.Receipt> {
                public enum Colour { RED, BLUE }

                public static class Line {
                    private String name;
                    private int count;

                    public String getName() { return name; }
                    public void setName(String name) { this.name = name; }
                    public int getCount() { return count; }
                    public void setCount(int count) { this.count = count; }
                }

                public static class Order {
                    public List<Line> lines;
                    public Colour colour;
                    public Map<String, Long> prices;
                }

                public static class Receipt {
                    public final long total;
                    public final List<Line> lines;
                    public final String function;

                    Receipt(long total, List<Line> lines, String function) {
                        this.total = total;
                        this.lines = lines;
                        this.function = function;
                    }
                }

                @Override
                public Receipt handleRequest(Order order, Context context) {
                    long total = 0;
                    for (Line line : order.lines) {
                        total += order.prices.get(line.getName()) * line.getCount();
                    }
                    return new Receipt(order.colour == Colour.RED ? total : 0, order.lines, context.functionName());
                }

                public String compensate(Object input, Context context) {
                    return "undone";
                }
            }
            """;

    /** As AWS has them; functions bring their own. */
    static final Map<String, String> AWS = Map.of(
            "com/amazonaws/services/lambda/runtime/LambdaLogger.java",
            "package com.amazonaws.services.lambda.runtime; public interface LambdaLogger { void log(String m); }",
            "com/amazonaws/services/lambda/runtime/Context.java",
            "package com.amazonaws.services.lambda.runtime; public interface Context {"
                    + " String getAwsRequestId(); String getFunctionName(); int getRemainingTimeInMillis();"
                    + " int getMemoryLimitInMB(); LambdaLogger getLogger(); }",
            "com/amazonaws/services/lambda/runtime/RequestHandler.java",
            "package com.amazonaws.services.lambda.runtime; public interface RequestHandler<I, O> {"
                    + " O handleRequest(I input, Context context); }",
            "Aws.java",
            """
            import com.amazonaws.services.lambda.runtime.*;
            import java.util.*;

            public class Aws implements RequestHandler<Map<String, Integer>, List<Object>> {
                public List<Object> handleRequest(Map<String, Integer> input, Context context) {
                    context.getLogger().log("through the logger");
                    return List.of(input.get("a") + 1, context.getFunctionName(), context.getMemoryLimitInMB(),
                            context.getRemainingTimeInMillis() > 0);
                }
            }
            """);

    /** Compiled for the oldest version, into a folder. */
    static Path compiled(Path folder, Map<String, String> sources) throws Exception {
        return compiled(folder, sources, "11");
    }

    static Path compiled(Path folder, Map<String, String> sources, String release) throws Exception {
        Path from = Files.createTempDirectory(Path.of("target"), "sources");
        for (Map.Entry<String, String> each : sources.entrySet()) {
            Files.createDirectories(from.resolve(each.getKey()).getParent());
            Files.writeString(from.resolve(each.getKey()), each.getValue());
        }
        List<String> options = List.of(
                "--release",
                release,
                "-cp",
                "target/classes/dev/dovetail/executor/java/dovetail-function.jar",
                "-d",
                folder.toString());
        StringWriter said = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var units = files.getJavaFileObjectsFromPaths(
                    sources.keySet().stream().map(from::resolve).toList());
            assertTrue(compiler.getTask(said, files, null, options, null, units).call(), said.toString());
        }
        return folder;
    }

    static void pack(Path folder, Path jar) throws Exception {
        Files.createDirectories(jar.getParent());
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream archive = new JarOutputStream(out);
                Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                archive.putNextEntry(new JarEntry(folder.relativize(each).toString()));
                archive.write(Files.readAllBytes(each));
            }
        }
    }
}
