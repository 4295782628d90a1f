/** The dovetail command: starts the server in this process, or speaks to one over its REST API. */
package dev.dovetail.cli;
