package ${package};

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.plugin.ExecutorProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Says what the plugin runs, and opens it. Keeps no state: the kernel asks it before anything is open. */
public final class TemplateExecutorProvider implements ExecutorProvider {
    static final String SUFFIX = ".tmpl";

    @Override
    public Name type() {
        return Name.of("template");
    }

    @Override
    public String schema() {
        try (InputStream in = TemplateExecutorProvider.class.getResourceAsStream("schema.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Runtime> runtimes() {
        return List.of(new Runtime("template", SUFFIX, "main.main", Optional.empty()));
    }

    @Override
    public Trust trust() {
        return Trust.IN_PROCESS; // a template reaches nothing but its input and the host
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of();
    }

    @Override
    public Executor open(Config config, Context context) {
        return new TemplateExecutor(config.text("missing").equals("fail"));
    }
}
