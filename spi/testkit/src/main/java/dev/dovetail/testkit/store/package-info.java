/**
 * The rules for stores as tests ({@link dev.dovetail.testkit.store.StateStoreContract},
 * {@link dev.dovetail.testkit.store.BlobStoreContract}), stores in memory that pass them, and wrappers that give a store
 * a bad day or watch those who use it.
 */
package dev.dovetail.testkit.store;
