/**
 * The words that kernel and plugins share.
 *
 * <p>A plugin is one jar. In {@code META-INF/services/dev.dovetail.spi.plugin.Provider} it names its
 * {@linkplain dev.dovetail.spi.plugin.Provider providers}; each opens a service of one kind; the kernel puts the
 * service in a slot and calls it from there until a newer version takes its place. Everything that crosses between
 * kernel and plugin is in these packages or in the JDK.
 *
 * <p>Throughout: nothing is null; collections are copied and immutable; text that names something is checked when the
 * value is made; durations and instants are {@code java.time}; sizes are in bytes unless the name says otherwise.
 */
package dev.dovetail.spi;
