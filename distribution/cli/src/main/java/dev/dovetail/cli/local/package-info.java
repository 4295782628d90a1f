/** Runs a function here: its executor's plugin and nothing else of the server, no store, no port. */
package dev.dovetail.cli.local;
