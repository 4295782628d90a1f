/**
 * The contract of the SPI as tests, for those who write plugins, and fakes that pass them.
 *
 * <p>Implement the contract interface of the service, such as {@code ExecutorContract}, in a test class of your own: say
 * which provider, and its tests come with the interface. {@link dev.dovetail.testkit.Rule} names the rule in
 * {@code docs/spi} that a test checks.
 */
package dev.dovetail.testkit;
