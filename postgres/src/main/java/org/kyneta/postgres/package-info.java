/**
 * A store in PostgreSQL, over a {@link javax.sql.DataSource} of the caller's.
 *
 * <p>{@link org.kyneta.postgres.PostgresStore} is where to begin.
 */
@NullMarked
package org.kyneta.postgres;

import org.jspecify.annotations.NullMarked;
