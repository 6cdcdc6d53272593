/** Faults under the SQLite store: the death of its process, of its file system, and a full disk. */
@NullMarked
package org.kyneta.faults.sqlite;

import org.jspecify.annotations.NullMarked;
