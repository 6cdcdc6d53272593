/** Loads, kills and attacks a relay that runs as a process of its own, and checks what it keeps. */
@NullMarked
package org.kyneta.benchmarks.load;

import org.jspecify.annotations.NullMarked;
