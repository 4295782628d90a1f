package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.module.NativeModule.NativeFunction;
import java.util.TreeSet;

/** The host of a native function: it may be asked for what the function declares, and for nothing else. */
final class DeclaredHost implements Host {
    private final NativeFunction function;
    private final Host host;

    DeclaredHost(NativeFunction function, Host host) {
        this.function = function;
        this.host = host;
    }

    /** @throws SecurityException if the function does not declare it */
    @Override
    public long ask(long scope, HostCall call, Place place) throws InterruptedException {
        if (!function.declares(call)) {
            throw new SecurityException("it asks its host for \"" + call.capability() + "\""
                    + (call instanceof HostCall.Http http ? " of " + http.uri() : "")
                    + ", which it does not declare; it declares " + new TreeSet<>(function.capabilities()));
        }
        return host.ask(scope, call, place);
    }

    @Override
    public Answer next() throws InterruptedException {
        return host.next();
    }

    @Override
    public void tell(HostNote note) throws InterruptedException {
        host.tell(note);
    }

    @Override
    public boolean replaying() {
        return host.replaying();
    }
}
