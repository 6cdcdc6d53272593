/** Faults that are injected under a relay while clients edit through it. */
@NullMarked
package org.kyneta.faults.relay;

import org.jspecify.annotations.NullMarked;
