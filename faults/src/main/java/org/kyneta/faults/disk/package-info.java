/**
 * Faults of the disk below an SQLite file: every state that a power cut may leave of it, and calls
 * that fail.
 */
@NullMarked
package org.kyneta.faults.disk;

import org.jspecify.annotations.NullMarked;
