/** What an execution asked and what it was answered, in order: kept, replayed, and shown. */
package dev.dovetail.kernel.durable.journal;
