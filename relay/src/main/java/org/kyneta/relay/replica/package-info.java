/** What the relay holds of documents, one implementation for each replica type. */
@NullMarked
package org.kyneta.relay.replica;

import org.jspecify.annotations.NullMarked;
