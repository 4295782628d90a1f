/** A workflow as it will run, and how it is made of its document. */
package dev.dovetail.executor.flow.plan;
