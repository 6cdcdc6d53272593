package org.kyneta.jooq;

import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;

/**
 * The tables of one store.
 *
 * @param meta the metadata index
 * @param records the records
 */
record Tables(Meta meta, Records records) {

  static final String CHECKSUM = "crc32c";

  private static <T> Field<T> field(String table, String column, DataType<T> type) {
    return DSL.field(DSL.name(table, column), type);
  }

  /**
   * The metadata index.
   *
   * @param table the table
   * @param docId the document, the primary key
   * @param data its current metadata as JSON
   * @param checksum the row's checksum, or null where the table has no column for it
   */
  record Meta(
      Table<Record> table,
      Field<String> docId,
      Field<String> data,
      @Nullable Field<Long> checksum) {

    static Meta of(String name, DataType<String> docId, DataType<String> data, boolean checked) {
      return new Meta(
          DSL.table(DSL.name(name)),
          field(name, "doc_id", docId),
          field(name, "data", data),
          checked ? field(name, CHECKSUM, SQLDataType.BIGINT) : null);
    }
  }

  /**
   * The records.
   *
   * @param table the table
   * @param docId the document
   * @param seq the record's number in the document's stream; with the document the primary key
   * @param kind whether it is metadata or an entry
   * @param payload the record as JSON, but for its bytes
   * @param blob its bytes, or null
   * @param checksum the row's checksum, or null where the table has no column for it
   */
  record Records(
      Table<Record> table,
      Field<String> docId,
      Field<Long> seq,
      Field<String> kind,
      Field<String> payload,
      Field<byte[]> blob,
      @Nullable Field<Long> checksum) {

    static Records of(String name, DataType<String> docId, boolean checked) {
      return new Records(
          DSL.table(DSL.name(name)),
          field(name, "doc_id", docId),
          field(name, "seq", SQLDataType.BIGINT),
          field(name, "kind", SQLDataType.VARCHAR),
          field(name, "payload", SQLDataType.VARCHAR),
          field(name, "blob", SQLDataType.VARBINARY),
          checked ? field(name, CHECKSUM, SQLDataType.BIGINT) : null);
    }
  }

  /**
   * The marker of format 2.
   *
   * @param table the table
   * @param key what the row tells, the primary key
   * @param value it as JSON
   */
  record Marker(Table<Record> table, Field<String> key, Field<String> value) {

    static Marker of(String name, DataType<String> json) {
      return new Marker(
          DSL.table(DSL.name(name)),
          field(name, "key", SQLDataType.VARCHAR),
          field(name, "value", json));
    }
  }

  /** Creates the tables of a format that are not there. */
  static void create(DSLContext dsl, TableNames names, Format format) {
    Engine engine = Engine.of(dsl.dialect());
    dsl.createTableIfNotExists(DSL.name(names.metaIn(format)))
        .column(DSL.name("doc_id"), engine.newIdType().notNull())
        .column(DSL.name("data"), engine.newJsonType().notNull())
        .primaryKey(DSL.name("doc_id"))
        .execute();
    dsl.createTableIfNotExists(DSL.name(names.recordsName()))
        .column(DSL.name("doc_id"), engine.newIdType().notNull())
        .column(DSL.name("seq"), engine.newSeqType().notNull())
        .column(DSL.name("kind"), engine.newKindType().notNull())
        .column(DSL.name("payload"), engine.newTextType().null_())
        .column(DSL.name("blob"), engine.newBytesType().null_())
        .column(DSL.name(CHECKSUM), SQLDataType.BIGINT.null_())
        .primaryKey(DSL.name("doc_id"), DSL.name("seq"))
        .execute();
    if (format == Format.V2) {
      dsl.createTableIfNotExists(DSL.name(names.markerName()))
          .column(DSL.name("key"), engine.newKeyType().notNull())
          .column(DSL.name("value"), engine.newJsonType().notNull())
          .primaryKey(DSL.name("key"))
          .execute();
    }
  }
}
