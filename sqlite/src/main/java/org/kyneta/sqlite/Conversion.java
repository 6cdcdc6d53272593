package org.kyneta.sqlite;

import org.kyneta.sql.Format;

/**
 * What a conversion has done.
 *
 * @param from the format that was there
 * @param to the format that is there now
 * @param documents how many documents there are
 * @param records how many records of metadata were written anew
 */
public record Conversion(Format from, Format to, long documents, long records) {}
