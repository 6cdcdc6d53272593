/** Documents: who follows them, what is merged, stored and relayed, and what is kept in memory. */
@NullMarked
package org.kyneta.relay.document;

import org.jspecify.annotations.NullMarked;
