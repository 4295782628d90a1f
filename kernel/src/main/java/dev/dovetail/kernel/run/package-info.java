/** One attempt of admitted work. Its door is {@link dev.dovetail.kernel.run.Runs}. */
package dev.dovetail.kernel.run;
