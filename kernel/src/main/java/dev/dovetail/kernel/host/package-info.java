/**
 * Authorises, meters and answers what running code asks. Its door is {@link dev.dovetail.kernel.host.Hosts}; what it needs
 * of storeys above are the ports in it.
 */
package dev.dovetail.kernel.host;
