/**
 * The conformance kit: the contract of a store as tests for anyone's own store.
 *
 * <p>{@link org.kyneta.testkit.StoreConformanceTest} is the class to extend, {@link
 * org.kyneta.testkit.Backend} what to give it.
 */
@NullMarked
package org.kyneta.testkit;

import org.jspecify.annotations.NullMarked;
