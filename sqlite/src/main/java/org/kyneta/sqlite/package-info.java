/**
 * A record store in SQLite.
 *
 * <p>{@link org.kyneta.sqlite.SqliteStore#open} is the embedded default: a file, one writer,
 * readers beside it. {@link org.kyneta.sqlite.SqliteStore#over} works over any {@link
 * org.kyneta.sqlite.SqliteAdapter}, the seam between the store and an SQLite binding.
 */
@NullMarked
package org.kyneta.sqlite;

import org.jspecify.annotations.NullMarked;
