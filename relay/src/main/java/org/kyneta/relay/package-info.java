/** A durable sync relay: JavaScript clients converge through it and find their documents again. */
@NullMarked
package org.kyneta.relay;

import org.jspecify.annotations.NullMarked;
