/** Faults that are injected under the stores and the relay, and what judges the outcome. */
@NullMarked
package org.kyneta.faults;

import org.jspecify.annotations.NullMarked;
