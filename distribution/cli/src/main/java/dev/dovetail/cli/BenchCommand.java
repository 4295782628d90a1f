package dev.dovetail.cli;

import dev.dovetail.bench.Bench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the benchmarks. */
@Command(
        name = "bench",
        description = {
            "Measures this installation on this machine, each time with a server of its own on an empty data folder.",
            ""
        },
        footer = {"", "What the columns mean: docs/performance.md"},
        synopsisSubcommandLabel = "BENCHMARK")
final class BenchCommand {
    private final Screen screen;

    BenchCommand(Screen screen) {
        this.screen = screen;
    }

    private Bench bench() {
        String home = System.getProperty("dovetail.home", "");
        if (home.isEmpty()) {
            throw new Main.Unusable("Benchmarks need an installation: start them with bin/dovetail");
        }
        return new Bench(Path.of(home), screen.out());
    }

    @Command(name = "calls", description = "Warm calls over HTTP beside a bare Node hello.")
    int calls(
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "5",
                            description = "How long each row is measured.")
                    int seconds,
            @Option(
                            names = "--warm-up",
                            paramLabel = "N",
                            defaultValue = "60",
                            description = {
                                "How many seconds each function is called before anything is",
                                "measured. Code goes on being compiled for some 100,000 calls:",
                                "look at how the cost falls, and take more if it still does."
                            })
                    int warmUp,
            @Option(
                            names = "--functions",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "How many others are deployed.")
                    int functions)
            throws InterruptedException {
        bench().calls(Duration.ofSeconds(seconds), Duration.ofSeconds(warmUp), functions);
        return 0;
    }

    @Command(name = "languages", description = "Cold starts and warm calls in each language that this machine has.")
    int languages(
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "5",
                            description = "How long each row is measured.")
                    int seconds,
            @Option(
                            names = "--warm-up",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = {
                                "How many seconds each function is called before its warm calls",
                                "are measured."
                            })
                    int warmUp,
            @Option(names = "--times", paramLabel = "N", defaultValue = "20", description = "How many cold starts.")
                    int times,
            @Option(
                            names = "--workerd",
                            paramLabel = "DIR",
                            description = "Where npm has installed workerd, which is measured beside.")
                    Optional<Path> workerd)
            throws InterruptedException {
        try {
            bench().languages(new Bench.LanguagePlan(
                    Duration.ofSeconds(seconds), Duration.ofSeconds(warmUp), times, workerd));
        } catch (IllegalArgumentException e) {
            throw new Main.Unusable(e.getMessage());
        }
        return 0;
    }

    @Command(name = "swap", description = "Swaps of an executor, and of the embedded store, under load.")
    int swap(
            @Option(names = "--times", paramLabel = "N", defaultValue = "20", description = "How many swaps.")
                    int times,
            @Option(
                            names = "--clients",
                            paramLabel = "N",
                            defaultValue = "64",
                            description = "How many call without pause.")
                    int clients)
            throws InterruptedException {
        bench().swap(times, clients);
        return 0;
    }

    @Command(
            name = "workflows",
            description = {
                "Durable workflows of three steps, beside Restate and DBOS if they are there.",
                "",
                "Two in Starlark: one whose steps only compute, and \"effects\", where each step asks its host",
                "for something and so is kept by a commit of its own, as the references keep each step."
            })
    int workflows(
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "How long each row is measured; 0 leaves speed and accepting out.")
                    int seconds,
            @Option(
                            names = "--warm-up",
                            paramLabel = "N",
                            defaultValue = "90",
                            description = {
                                "How many seconds each server is at work before anything is",
                                "measured. Code goes on being compiled for some 50,000 workflows:",
                                "look at the table of how the speed grew, and take more if it still does."
                            })
                    int warmUp,
            @Option(
                            names = "--unfinished",
                            paramLabel = "N",
                            defaultValue = "100000",
                            description = {
                                "How many a node leaves behind that is killed beside another, with",
                                "--postgres; 0 leaves this out."
                            })
                    int unfinished,
            @Option(
                            names = "--running",
                            paramLabel = "N",
                            defaultValue = "200",
                            description = "How many are under way at SIGKILL; 0 leaves this out.")
                    int running,
            @Option(
                            names = "--waiting",
                            paramLabel = "N",
                            defaultValue = "10000",
                            description = "How many wait at once; 0 leaves this out.")
                    int waiting,
            @Option(
                            names = "--restate",
                            paramLabel = "DIR",
                            description = {
                                "Where npm has installed @restatedev/restate-server",
                                "and @restatedev/restate-sdk."
                            })
                    Optional<Path> restate,
            @Option(
                            names = "--postgres",
                            paramLabel = "URL",
                            description = {
                                "A server to keep state on, too, in databases that are made there and",
                                "removed: jdbc:postgresql://HOST:PORT/DATABASE?user=NAME&password=TEXT",
                                "of a user who may make databases. If it is on this machine, its",
                                "processor time counts."
                            })
                    Optional<String> postgres,
            @Option(
                            names = "--dbos",
                            paramLabel = "DIR",
                            description = {
                                "Where the JARs of DBOS Transact for Java are (dev.dbos:transact with",
                                "what it needs), which is run on the same server. In an empty folder this",
                                "writes a pom.xml, and tells the mvn command that fetches them."
                            })
                    Optional<Path> dbos)
            throws InterruptedException {
        try {
            bench().workflows(new Bench.WorkflowPlan(
                    Duration.ofSeconds(seconds),
                    Duration.ofSeconds(warmUp),
                    unfinished,
                    running,
                    waiting,
                    restate,
                    postgres,
                    dbos));
        } catch (IllegalArgumentException e) {
            throw new Main.Unusable(e.getMessage());
        }
        return 0;
    }

    @Command(name = "search", description = "Searches among many executions.")
    int search(
            @Option(
                            names = "--count",
                            paramLabel = "N",
                            defaultValue = "1000000",
                            description = "How many executions are made.")
                    int count,
            @Option(
                            names = "--times",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "How often each search is made.")
                    int times)
            throws InterruptedException {
        bench().search(count, times);
        return 0;
    }

    @Command(name = "start", description = "From the start of the command to its first answer.")
    int start(
            @Option(names = "--times", paramLabel = "N", defaultValue = "10", description = "How many starts.")
                    int times) {
        bench().start(times);
        return 0;
    }
}
