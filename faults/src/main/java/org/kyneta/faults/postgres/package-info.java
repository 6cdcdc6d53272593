/** Faults under the stores in PostgreSQL: of the server, its standby, and the way to them. */
@NullMarked
package org.kyneta.faults.postgres;

import org.jspecify.annotations.NullMarked;
