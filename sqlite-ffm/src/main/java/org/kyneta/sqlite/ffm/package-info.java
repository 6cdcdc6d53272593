/** A binding of SQLite by way of {@code java.lang.foreign}, without JNI. */
@NullMarked
package org.kyneta.sqlite.ffm;

import org.jspecify.annotations.NullMarked;
