/** The little JSON that the protocol's headers need. Bodies of functions are checked here, and never taken apart. */
package dev.dovetail.worker.json;
