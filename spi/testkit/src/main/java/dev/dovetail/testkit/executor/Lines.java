package dev.dovetail.testkit.executor;

import dev.dovetail.spi.executor.Launch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A log sink that keeps what it is given. */
public final class Lines implements Launch.LogSink {
    private final List<String> texts = new CopyOnWriteArrayList<>();

    @Override
    public void line(Optional<String> execution, String text) {
        texts.add(text);
    }

    public List<String> texts() {
        return List.copyOf(texts);
    }
}
