package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.executor.starlark.eval.Program;
import dev.dovetail.executor.starlark.syntax.Flaw;
import dev.dovetail.executor.starlark.syntax.Source;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The code of a version, read and compiled, with all that is wrong with it.
 *
 * @param program if nothing is wrong
 * @param function the one that the handler names
 */
record Script(Optional<Program> program, String function, List<Problem> problems) {
    static Script read(Launch launch, Shelf shelf, Backend backend) {
        String handler = launch.handler();
        int dot = handler.lastIndexOf('.');
        if (dot < 1 || dot == handler.length() - 1) {
            return broken(Problem.error(
                    "HANDLER_NOT_FOUND",
                    "Not a handler: \"" + handler + "\"; expected file.function, such as main.main"));
        }
        String file = handler.substring(0, dot) + StarlarkExecutorProvider.SUFFIX;
        Path root = launch.code().normalize();
        Path path = root.resolve(file).normalize();
        if (!path.startsWith(root) || !Files.isRegularFile(path)) {
            return broken(Problem.error(
                    "HANDLER_NOT_FOUND",
                    "The handler \"" + handler + "\" needs a file \"" + file + "\", which the code does not have"));
        }
        return read(path, file, handler.substring(dot + 1), shelf, backend);
    }

    private static Script broken(Problem problem) {
        return new Script(Optional.empty(), "", List.of(problem));
    }

    private static Script read(Path path, String file, String function, Shelf shelf, Backend backend) {
        String text;
        try {
            long size = Files.size(path);
            if (size > Source.LONGEST) {
                return broken(Problem.error(
                        "SOURCE_TOO_LARGE",
                        "\"" + file + "\" has " + size + " bytes; at most " + Source.LONGEST + " are allowed"));
            }
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
                    .toString();
        } catch (CharacterCodingException e) {
            return broken(Problem.error("SYNTAX_ERROR", "\"" + file + "\" is not UTF-8"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return shelf.find(
                new Shelf.Key(file, function, text), () -> compile(new Source(file, text), function, backend));
    }

    private static Script compile(Source source, String function, Backend backend) {
        Program.Compiled compiled = Program.compile(source, Names.ALL, backend);
        List<Flaw> flaws = new ArrayList<>(compiled.flaws());
        compiled.tree().ifPresent(tree -> flaws.addAll(Checks.of(tree, function)));
        List<Problem> problems =
                flaws.stream().map(flaw -> flaw.problem(source)).toList();
        boolean refused = flaws.stream().anyMatch(flaw -> !flaw.warning());
        return new Script(refused ? Optional.empty() : compiled.program(), function, problems);
    }

    /** The first error in words. */
    String complaint() {
        Problem first = problems.stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .findFirst()
                .orElseThrow();
        return first.place().map(place -> place + ": ").orElse("") + first.message();
    }
}
