package dev.dovetail.executor.flow;

import dev.dovetail.executor.flow.jq.Jq;
import dev.dovetail.executor.flow.plan.Flow;
import dev.dovetail.executor.flow.plan.FlowReader;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds and reads the file of a version. */
final class Code {
    static final List<String> SUFFIXES = List.of(".yaml", ".yml", ".json");
    private static final String MAIN = "main";
    private static final int LONGEST = 1 << 20;

    private Code() {}

    static Flow.Read read(Launch launch, Jq.Language language) {
        String handler = launch.handler();
        int dot = handler.lastIndexOf('.');
        if (dot < 1 || !handler.substring(dot + 1).equals(MAIN)) {
            return broken(
                    "HANDLER_NOT_FOUND",
                    "Not a handler: \"" + handler + "\"; expected the workflow's file without suffix, a dot and " + MAIN
                            + ", such as workflow.main");
        }
        Path root = launch.code().normalize();
        for (String suffix : SUFFIXES) {
            String file = handler.substring(0, dot) + suffix;
            Path path = root.resolve(file).normalize();
            if (path.startsWith(root) && Files.isRegularFile(path)) {
                return read(path, file, language);
            }
        }
        return broken(
                "HANDLER_NOT_FOUND",
                "The handler \"" + handler + "\" needs a file \"" + handler.substring(0, dot)
                        + "\" that ends with one of " + String.join(", ", SUFFIXES) + ", which the code does not have");
    }

    private static Flow.Read broken(String code, String message) {
        return new Flow.Read(Optional.empty(), List.of(Problem.error(code, message)));
    }

    private static Flow.Read read(Path path, String file, Jq.Language language) {
        try {
            long size = Files.size(path);
            if (size > LONGEST) {
                return broken(
                        "SOURCE_TOO_LARGE",
                        "\"" + file + "\" has " + size + " bytes; at most " + LONGEST + " are allowed");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
                    .toString();
            return FlowReader.read(file, text, language);
        } catch (CharacterCodingException e) {
            return broken("SYNTAX_ERROR", "\"" + file + "\" is not UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
