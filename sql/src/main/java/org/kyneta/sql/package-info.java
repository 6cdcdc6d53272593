/**
 * What every SQL back end shares: rows and their codec, formats, checksums, table names, plans.
 *
 * <p>Nothing here talks to a database. {@link org.kyneta.sql.RowCodec} turns records into rows and
 * back, {@link org.kyneta.sql.WritePlan} says which rows a write makes, {@link
 * org.kyneta.sql.FormatGate} decides whether a database may be opened.
 */
@NullMarked
package org.kyneta.sql;

import org.jspecify.annotations.NullMarked;
