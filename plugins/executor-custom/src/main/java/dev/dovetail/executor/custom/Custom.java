package dev.dovetail.executor.custom;

import dev.dovetail.executor.custom.lambda.Reach;
import dev.dovetail.executor.custom.lambda.RuntimeApi;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.worker.Handler;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Language;
import dev.dovetail.worker.StandIn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How programs are run that bring their own runtime: a file {@code bootstrap} in the code or in a layer. What a handler means
 * is for the program to say.
 */
final class Custom implements Language {
    static final String RUNTIME = "provided";

    /** Every machine has it, and the program is what the function brings. */
    static final Interpreter SHELL = new Interpreter(RUNTIME, Path.of("/bin/sh"), Optional.empty());

    private final Reach reach;

    Custom() {
        this(Reach.best());
    }

    /** @param reach how programs behind walls reach the API */
    Custom(Reach reach) {
        this.reach = reach;
    }

    @Override
    public String name() {
        return "custom";
    }

    @Override
    public List<String> suffixes() {
        return List.of("");
    }

    @Override
    public List<String> files() {
        return List.of("start.sh", "forward.pl", "check.sh");
    }

    @Override
    public Handler.Found find(Launch launch) {
        return Bootstrap.find(launch)
                .map(program -> Handler.found(program.shown(), launch.handler()))
                .orElseGet(() -> Handler.wrong(
                        "There is no file \"bootstrap\" in the code or in a layer",
                        "add the program that runs the function, under this name, to the top of the archive"));
    }

    @Override
    public List<String> command(Interpreter interpreter, Path files, Limits limits) {
        return List.of(
                interpreter.program().toString(), files.resolve("start.sh").toString());
    }

    @Override
    public Optional<StandIn> standIn(StandIn.Desk desk) throws IOException {
        Bootstrap program = Bootstrap.find(desk.launch())
                .orElseThrow(() -> new IOException("The code has no file \"bootstrap\" any more"));
        return Optional.of(RuntimeApi.open(desk, program.runnable(desk.context().cache()), reach));
    }

    @Override
    public List<String> check(Interpreter interpreter, Path files, Path code, List<Path> layers, Handler handler) {
        return List.of(
                interpreter.program().toString(),
                files.resolve("check.sh").toString(),
                code.resolve(handler.file()).toString());
    }
}
