/** Frames, fragments and messages of the sync protocol, in the wire versions 1 and 3. */
@NullMarked
package org.kyneta.relay.wire;

import org.jspecify.annotations.NullMarked;
