package dev.dovetail.cli;

import dev.dovetail.cli.Screen.Ink;
import dev.dovetail.cli.local.Languages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Watches a function's files and deploys each save of them, until it is interrupted. */
@Command(
        name = "dev",
        description = {"Watches a function's files and deploys each save of them. Ctrl-C ends it.", ""},
        footer = {
            "",
            "PATH is a folder, with a function.json if its files alone do not say how it is run, or one",
            "source file. With --event the function is called after each save, and its answer shown.",
            "What cannot be deployed is shown with its place; the version before serves on.",
            "",
            "Without --server, the server that runs on the data folder is used; if none does, one is",
            "started, as with: dovetail start --dev, and ends with this.",
            "",
            "Examples:",
            "  dovetail dev examples/push-digest --event examples/push-digest/event.json",
            "  dovetail dev handler.py --name hello --server http://127.0.0.1:8080"
        })
final class DevCommand implements Callable<Integer> {
    private final Screen screen;
    private final Server.Starter starter;

    @Mixin
    private Target target = new Target();

    @Parameters(index = "0", paramLabel = "PATH", description = "A folder, or a source file.")
    private Path path = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", description = "The function's name, instead of the files'.")
    private Optional<String> name;

    @Option(names = "--event", paramLabel = "FILE", description = "Calls the function with this after each save.")
    private Optional<Path> event;

    @Option(names = "--runtime", paramLabel = "RUNTIME", description = "Such as python3.11, or python: the newest.")
    private Optional<String> runtime;

    @Option(names = "--handler", paramLabel = "FILE.FUNCTION", description = "What is called, such as main.main.")
    private Optional<String> handler;

    DevCommand(Screen screen, Server.Starter starter) {
        this.screen = screen;
        this.starter = starter;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path watched = path.toAbsolutePath().normalize();
        if (!Files.exists(watched)) {
            throw new Main.Unusable("Cannot watch " + path + ": there is no such file or folder");
        }
        event.filter(file -> !Files.isRegularFile(file)).ifPresent(file -> {
            throw new Main.Unusable("Cannot read " + file + ": there is no such file");
        });
        Languages languages = Languages.in(Start.home().resolve("plugins"));
        Optional<Api> there = target.named() ? Optional.of(target.api()) : target.running();
        if (there.isPresent()) {
            watch(watched, languages, there.get(), target.named() ? Optional::empty : target::running, () -> false);
            return 0;
        }
        // what the kernel tells of itself is for operators; what goes wrong is shown here too
        Map<String, String> flags = Map.of("http.port", "0", "telemetry.log-level", "error");
        Server.Wish wish = new Server.Wish(Start.home(), target.data().path(), Optional.empty(), true, flags);
        try (Start.Running running = Start.Running.start(starter, wish)) {
            watch(
                    watched,
                    languages,
                    new Api(running.server().address(), target.data().token()),
                    Optional::empty,
                    running::stops);
        }
        return 0;
    }

    private void watch(
            Path watched, Languages languages, Api api, Supplier<Optional<Api>> found, BooleanSupplier ends) {
        if (!target.json()) {
            screen.aside(screen.ink(Ink.FAINT, "Watching " + watched + " for " + api.server() + "   (Ctrl-C ends it)"));
        }
        boolean folder = Files.isDirectory(watched);
        try (FolderWatch watch = folder ? FolderWatch.of(watched) : FolderWatch.none(watched)) {
            if (!folder) {
                watch.addOnly(watched);
            }
            event.map(file -> file.toAbsolutePath().normalize()).ifPresent(watch::addOnly);
            Redeploys redeploys = new Redeploys(
                    screen,
                    api,
                    found,
                    ends,
                    target.json(),
                    event,
                    new Redeploys.Files(watched, languages, runtime, handler, name));
            long saved = System.nanoTime();
            while (!Thread.currentThread().isInterrupted()) {
                redeploys.saved(saved);
                saved = watch.await();
            }
        } catch (InterruptedException _) {
            // told to end
        }
    }
}
