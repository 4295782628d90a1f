/** Runtime expressions: jq, so evaluated that it can be stopped and counted. */
package dev.dovetail.executor.flow.jq;
