/** Warm instances of versions: started, lent, kept and retired. Its door is {@link dev.dovetail.kernel.pool.Pools}. */
package dev.dovetail.kernel.pool;
