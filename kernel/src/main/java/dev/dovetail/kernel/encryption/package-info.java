/** What executions carry is encrypted before the state store has it. */
package dev.dovetail.kernel.encryption;
