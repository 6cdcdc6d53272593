/**
 * The contract of a record store and the values that it keeps.
 *
 * <p>{@link org.kyneta.store.Store} is the contract, {@link org.kyneta.store.StreamRules} its
 * validation as pure functions, {@link org.kyneta.store.InMemoryStore} its simplest implementation.
 */
@NullMarked
package org.kyneta.store;

import org.jspecify.annotations.NullMarked;
