package dev.dovetail.kernel.plugin;

/**
 * What is done with a service while it is held. Neither the service nor anything else of the plugin's may be kept when it
 * returns; its answer is made of SPI and JDK types.
 */
@FunctionalInterface
public interface Use<T, R> {
    R with(T service) throws Exception;
}
