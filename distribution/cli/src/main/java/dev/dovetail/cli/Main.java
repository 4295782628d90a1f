package dev.dovetail.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The dovetail command. It ends with 0, with 1 when the server refused, with 2 for wrong use or when nothing can start. */
public final class Main {
    static final int REFUSED = 1;
    static final int UNUSABLE = 2;

    private static final int HELP_WIDTH = 100;

    private final Screen screen;
    private final Map<String, Supplier<Object>> commands;

    Main(Screen screen, Server.Starter starter) {
        this.screen = screen;
        this.commands = commands(screen, starter);
    }

    public static void main(String[] arguments) {
        Screen screen = Screen.real(System.getenv());
        int status = new Main(screen, KernelServer::start).run(arguments);
        System.exit(status);
    }

    private static Map<String, Supplier<Object>> commands(Screen screen, Server.Starter starter) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("quickstart", () -> new Quickstart(screen, starter));
        all.put("start", () -> new Start(screen, starter));
        all.put("status", () -> new Status(screen));
        all.put("deploy", () -> new Deploy(screen));
        all.put("invoke", () -> new Invoke(screen));
        all.put("functions", () -> new Functions(screen));
        all.put("versions", () -> new Versions(screen));
        all.put("aliases", () -> new Aliases(screen));
        all.put("executions", () -> new Executions(screen));
        all.put("logs", () -> new Logs(screen));
        all.put("plugins", () -> new Plugins(screen));
        all.put("completion", () -> new Completion(screen));
        return all;
    }

    int run(String... arguments) {
        CommandLine line = new CommandLine(new Root());
        // reading the annotations of one command instead of twelve saves a server some of its start
        String first = arguments.length == 0 ? "" : arguments[0];
        Map<String, Supplier<Object>> wanted = commands.containsKey(first) && !first.equals("completion")
                ? Map.of(first, commands.get(first))
                : commands;
        wanted.forEach((name, command) -> line.addSubcommand(name, command.get()));
        line.setExpandAtFiles(false) // @FILE is input of ours
                .setUsageHelpWidth(HELP_WIDTH)
                .setOut(screen.out())
                .setErr(screen.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(screen.colour() ? Ansi.ON : Ansi.OFF))
                .setExecutionExceptionHandler((problem, _, _) -> complain(problem))
                .setParameterExceptionHandler((problem, _) -> misused(problem));
        return line.execute(arguments);
    }

    private int complain(Exception problem) throws Exception {
        switch (problem) {
            case Refused refused -> {
                List<String> lines = refused.lines();
                screen.complain(lines.getFirst());
                lines.stream().skip(1).forEach(screen::aside);
                return REFUSED;
            }
            case Api.Unreachable unreachable -> {
                screen.complain(unreachable.getMessage());
                return REFUSED;
            }
            case Server.CannotStart cannot -> {
                screen.complain(cannot.getMessage());
                return UNUSABLE;
            }
            case Unusable unusable -> {
                screen.complain(unusable.getMessage());
                return UNUSABLE;
            }
            default -> throw problem;
        }
    }

    private int misused(ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        screen.complain(problem.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(problem, screen.err());
        screen.aside("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return UNUSABLE;
    }

    /** What was given on the command line cannot be used: a file that is not there, JSON that is none. */
    static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    /** The command without a subcommand. */
    @Command(
            name = "dovetail",
            description = {"Runs functions whose every part is a plugin that is swapped while it runs.", ""},
            version = "dovetail 0.1.0",
            synopsisSubcommandLabel = "COMMAND",
            commandListHeading = "%nCommands:%n",
            footer = {"", "New here?  dovetail quickstart", "More:      dovetail COMMAND --help"})
    static final class Root implements Runnable {
        @Spec
        private CommandSpec spec;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                scope = ScopeType.INHERIT,
                description = "Shows this and ends.")
        private boolean help;

        @Option(
                names = {"-V", "--version"},
                versionHelp = true,
                description = "Shows the version and ends.")
        private boolean version;

        @Override
        public void run() {
            throw new ParameterException(
                    spec.commandLine(),
                    "Say what to do: " + String.join(", ", spec.subcommands().keySet()));
        }
    }
}
