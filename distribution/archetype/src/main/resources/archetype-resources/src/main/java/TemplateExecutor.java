package ${package};

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.util.List;
import java.util.Optional;

/** Runs functions that are JSON with holes, on the threads of its callers. Keeps nothing of its own. */
final class TemplateExecutor implements Executor {
    private final boolean strict;

    /** @param strict whether a hole that the input does not fill fails the call */
    TemplateExecutor(boolean strict) {
        this.strict = strict;
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        return Template.read(launch).problems();
    }

    @Override
    public Instance start(Launch launch) {
        Template template = Template.read(launch);
        if (!template.problems().isEmpty()) {
            throw new PluginException(PluginException.Kind.REJECTED, template.problems().getFirst().message());
        }
        template.notes().forEach(note -> launch.logs().line(Optional.empty(), note));
        return new TemplateInstance(launch, template, strict);
    }

    @Override
    public void close() {}
}
