/** A record store in the caller's own database, through jOOQ and in the caller's transactions. */
@NullMarked
package org.kyneta.jooq;

import org.jspecify.annotations.NullMarked;
