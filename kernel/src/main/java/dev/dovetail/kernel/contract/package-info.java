/** GTS ids, the ids that the product itself uses, and contracts and their differences. {@link dev.dovetail.kernel.contract.Contracts} is the door. */
package dev.dovetail.kernel.contract;
