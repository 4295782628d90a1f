package dev.dovetail.kernel.host;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/** Answers the JDK's look-ups of names: those that are pinned from the pins, all others as ever. */
public final class PinnedResolver extends InetAddressResolverProvider {
    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver ever = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                var pinned = Pins.find(host);
                return pinned.isPresent() ? pinned.get().stream() : ever.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return ever.lookupByAddress(address);
            }
        };
    }

    @Override
    public String name() {
        return "dovetail";
    }
}
