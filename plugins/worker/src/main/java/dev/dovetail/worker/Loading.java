package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.worker.host.Questions;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.json.JsonText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Gives a worker its code. */
final class Loading {
    /** Of a question's payload; the answer may have what the function's limits say. */
    private static final int MOST_ASKED = 8 << 20;

    private static final int HEADERS = 1 << 18;

    private Loading() {}

    /**
     * @param code where the worker sees it
     * @param template whether it shall make further processes of itself instead of taking calls, if its code allows that
     * @return what the worker says of itself
     * @throws PluginException of kind REJECTED, in words, if the code cannot start
     * @throws Overfull if it needed more memory than it may
     */
    static Fields load(Worker worker, Launch launch, Handler handler, Path code, List<Path> layers, boolean template)
            throws InterruptedException {
        worker.pipes().to(launch.logs());
        int most = Math.max(MOST_ASKED, launch.limits().outputBytes()) + HEADERS;
        Optional<Product> product =
                worker.yard().language().product(launch, worker.room().interpreter(), handler);
        Optional<Bytes> kept = product.flatMap(Product::find);
        boolean makes = product.isPresent() && kept.isEmpty();
        byte[] init = init(launch, handler, code, layers, worker.atOnce(), template, makes);
        Handover.Loaded loaded = worker.load(init, kept.orElse(Bytes.empty()), makes, most);
        worker.pipes().end();
        if (loaded.error().isPresent() && !loaded.error().get().keys().isEmpty()) {
            // what it says says more than how it ended
            refuseOverfull(loaded.error().get(), launch, worker);
            throw new PluginException(Kind.REJECTED, complaint(loaded.error().get(), worker));
        }
        if (!worker.alive()) {
            Fault fault = worker.fault(worker.ending());
            if (fault.id().equals(Fault.MEMORY_LIMIT)) {
                throw new Overfull(new Fault(
                        fault.id(),
                        fault.owner(),
                        fault.message() + " while its code was loaded",
                        fault.details(),
                        fault.place()));
            }
            throw new PluginException(
                    worker.ending().cause() == Ending.Cause.CLOSED ? Kind.UNAVAILABLE : Kind.REJECTED,
                    fault.message() + " while the code was loaded"
                            + said(worker.pipes().last()));
        }
        if (loaded.error().isPresent()) {
            throw new PluginException(Kind.REJECTED, complaint(loaded.error().get(), worker));
        }
        if (makes && !loaded.made().isEmpty() && loaded.made().size() <= Product.MOST_BYTES) {
            product.get().keep(loaded.made());
        }
        worker.cell().ready();
        return loaded.ready();
    }

    private static void refuseOverfull(Fields error, Launch launch, Worker worker) {
        try {
            if (error.flag("memory")) {
                throw new Overfull(
                        Faults.of(error, launch, worker.redaction(), Optional.empty(), _ -> Optional.empty()));
            }
        } catch (NotJson e) {
            // told as any other complaint that cannot be read
        }
    }

    private static String said(List<String> last) {
        return last.isEmpty() ? "" : "; it wrote: " + String.join("\n", last);
    }

    private static String complaint(Fields error, Worker worker) {
        try {
            Place place = Questions.place(error);
            return worker.redaction()
                    .clean((place.file().isEmpty() ? "" : place + ": ")
                            + error.text("message", "The code cannot be loaded"));
        } catch (NotJson e) {
            return "The worker said that the code cannot be loaded, and why in a frame that is " + e.getMessage();
        }
    }

    private static byte[] init(
            Launch launch, Handler handler, Path code, List<Path> layers, int calls, boolean template, boolean makes) {
        Limits limits = launch.limits();
        JsonText out = new JsonText()
                .object()
                .field("protocol", Greeting.VERSION)
                .field("runtime", launch.runtime())
                .field("code", code.toString())
                .field("file", handler.file())
                .field("function", handler.function())
                .key("layers")
                .value(layers.stream().map(Path::toString).toList())
                .key("environment")
                .value(launch.environment())
                .field("tenantId", launch.version().tenant().text())
                .field("functionName", launch.version().function().text())
                .field("version", launch.version().number())
                .field("memoryMb", limits.memoryMb())
                .field("timeoutMs", limits.timeout().toMillis())
                .field("outputBytes", limits.outputBytes())
                .field("concurrency", calls);
        if (template) {
            out.field("template", true);
        }
        if (makes) {
            out.field("makes", true);
        }
        return out.end().utf8();
    }
}
