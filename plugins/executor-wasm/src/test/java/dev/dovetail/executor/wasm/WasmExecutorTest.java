package dev.dovetail.executor.wasm;

import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.executor.ExecutorContract;
import dev.dovetail.testkit.executor.Sample;
import dev.dovetail.testkit.executor.StreamGuestContract;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;

@Tag("TE-02")
@Tag("RT-12")
@Tag("RT-16")
final class WasmExecutorTest implements ExecutorContract, StreamGuestContract {
    @Override
    public ExecutorProvider provider() {
        return new WasmExecutorProvider();
    }

    @Override
    public Path sample(Sample which) {
        return Wat.sample(which.name().toLowerCase(Locale.ROOT));
    }
}
