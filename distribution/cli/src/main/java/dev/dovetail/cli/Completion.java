package dev.dovetail.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete the command. */
@Command(
        name = "completion",
        description = {"Prints the completion of this command for bash and zsh.", ""},
        footer = {"", "To have it in this shell:", "  source <(dovetail completion)"})
final class Completion implements Callable<Integer> {
    private final Screen screen;

    @Spec
    private CommandSpec spec;

    Completion(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        screen.line(AutoComplete.bash("dovetail", spec.root().commandLine()));
        return 0;
    }
}
