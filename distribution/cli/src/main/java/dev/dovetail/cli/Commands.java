package dev.dovetail.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** All commands, their options and their help. */
final class Commands {
    private static final int HELP_WIDTH = 100;

    private final Screen screen;
    private final Map<String, Supplier<Object>> commands;

    Commands(Screen screen, Server.Starter starter) {
        this.screen = screen;
        this.commands = commands(screen, starter);
    }

    private static Map<String, Supplier<Object>> commands(Screen screen, Server.Starter starter) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("quickstart", () -> new Quickstart(screen, starter));
        all.put("start", () -> new Start(screen, starter));
        all.put("run", () -> new RunCommand(screen));
        all.put("dev", () -> new DevCommand(screen, starter));
        all.put("status", () -> new Status(screen));
        all.put("nodes", () -> new Nodes(screen));
        all.put("usage", () -> new Usage(screen));
        all.put("deploy", () -> new Deploy(screen));
        all.put("invoke", () -> new Invoke(screen));
        all.put("functions", () -> new Functions(screen));
        all.put("versions", () -> new Versions(screen));
        all.put("aliases", () -> new Aliases(screen));
        all.put("export", () -> new Export(screen));
        all.put("import", () -> new Import(screen));
        all.put("executions", () -> new Executions(screen));
        all.put("debug", () -> new Debug(screen));
        all.put("dead-letters", () -> new DeadLetters(screen));
        all.put("logs", () -> new Logs(screen));
        all.put("plugins", () -> new Plugins(screen));
        all.put("bench", () -> new BenchCommand(screen));
        all.put("completion", () -> new Completion(screen));
        return all;
    }

    /** @param failed says what a failed command ends with */
    int run(IExecutionExceptionHandler failed, String... given) {
        String[] arguments = asked(given);
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
                .setExecutionExceptionHandler(failed)
                .setParameterExceptionHandler((problem, _) -> misused(problem));
        return line.execute(arguments);
    }

    /** Many commands have a command {@code help}, and whoever is used to it is helped. */
    private static String[] asked(String... given) {
        if (given.length == 0 || !given[0].equals("help")) {
            return given;
        }
        String[] asked = Arrays.copyOfRange(given, 1, given.length + 1);
        asked[given.length - 1] = "--help";
        return asked;
    }

    private int misused(ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        // the library says it twice of an option that has names and values
        screen.complain(String.valueOf(problem.getMessage()).replace("option option", "option"));
        CommandLine.UnmatchedArgumentException.printSuggestions(problem, screen.err());
        screen.aside("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return Main.UNUSABLE;
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
