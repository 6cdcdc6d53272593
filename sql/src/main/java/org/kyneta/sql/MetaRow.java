package org.kyneta.sql;

/**
 * A row of the metadata index.
 *
 * @param data the metadata as JSON text
 * @param checksum the row's {@link Checksum}
 */
public record MetaRow(String data, long checksum) {}
