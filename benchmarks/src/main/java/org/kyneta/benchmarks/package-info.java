/** Measures the SQLite store: by JMH, and beside its JavaScript original and plain C. */
@NullMarked
package org.kyneta.benchmarks;

import org.jspecify.annotations.NullMarked;
