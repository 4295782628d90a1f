package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.due.Due;

/** An execution that has not ended, and when it goes on by itself. */
record Parked(Due due) {}
