package org.kyneta.jooq;

import java.nio.charset.StandardCharsets;
import org.jooq.Converter;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** The database engines that are spoken to, and in what they differ. */
enum Engine {
  SQLITE(Long.MAX_VALUE),
  POSTGRES(Integer.MAX_VALUE),
  MARIADB(Integer.MAX_VALUE),
  H2(Integer.MAX_VALUE);

  /** The longest id that an index of MariaDB can hold along with a number. */
  static final int ID_BYTES = 2_048;

  /** The collation in which MariaDB keeps text apart as we do. */
  private static final String NO_PAD = "utf8mb4_nopad_bin";

  /** Ids as bytes, where text has another order than that of code points. */
  static final DataType<String> ID_AS_BYTES =
      SQLDataType.VARBINARY(ID_BYTES)
          .asConvertedDataType(
              Converter.ofNullable(
                  byte[].class,
                  String.class,
                  bytes -> new String(bytes, StandardCharsets.UTF_8),
                  text -> text.getBytes(StandardCharsets.UTF_8)));

  private final long maxSeq;

  Engine(long maxSeq) {
    this.maxSeq = maxSeq;
  }

  /**
   * Returns the engine of a dialect.
   *
   * @throws IllegalArgumentException if it is not one that the store speaks
   */
  static Engine of(SQLDialect dialect) {
    return switch (dialect.family()) {
      case SQLITE -> SQLITE;
      case POSTGRES -> POSTGRES;
      case MARIADB, MYSQL -> MARIADB;
      case H2 -> H2;
      default ->
          throw new IllegalArgumentException(
              "expected the dialect of SQLite, PostgreSQL, MariaDB, MySQL or H2, found " + dialect);
    };
  }

  /** Returns the greatest sequence number. */
  long maxSeq() {
    return maxSeq;
  }

  /** Returns whether only one connection at a time may write. */
  boolean hasOneWriter() {
    return this == SQLITE;
  }

  /** Returns whether ids and metadata can hold U+0000. */
  boolean holdsNul() {
    return this != POSTGRES;
  }

  /**
   * Returns whether the engine makes the whole of a result before it gives out the first row, so
   * that a long one is better asked for in pages.
   */
  boolean buffersResults() {
    return this == H2;
  }

  /** Returns whether a read takes a lock to see what was committed since the transaction began. */
  boolean mustLockToSeeTheLatest() {
    return this == MARIADB;
  }

  /** Returns the expression by which ids are ordered and compared in code-point order. */
  Field<String> ordered(Field<String> docId) {
    return this == POSTGRES ? docId.collate(DSL.collation("C")) : docId;
  }

  DataType<String> newIdType() {
    return switch (this) {
      case SQLITE -> SQLDataType.CLOB;
      case POSTGRES -> SQLDataType.CLOB.collation(DSL.collation("C"));
      case MARIADB, H2 -> ID_AS_BYTES;
    };
  }

  DataType<String> newJsonType() {
    return switch (this) {
      case POSTGRES -> ofJsonb();
      // Types for JSON would change numbers, and refuse some texts and what is nested deeply.
      case SQLITE, MARIADB, H2 -> newTextType();
    };
  }

  static DataType<String> ofJsonb() {
    return SQLDataType.JSONB.asConvertedDataType(
        Converter.ofNullable(JSONB.class, String.class, JSONB::data, JSONB::jsonb));
  }

  static DataType<String> ofJson() {
    return SQLDataType.JSON.asConvertedDataType(
        Converter.ofNullable(JSON.class, String.class, JSON::data, JSON::json));
  }

  DataType<Long> newSeqType() {
    return SQLDataType.INTEGER.asConvertedDataType(
        Converter.ofNullable(Integer.class, Long.class, Integer::longValue, Math::toIntExact));
  }

  DataType<String> newKindType() {
    return this == MARIADB ? SQLDataType.VARCHAR(16).collation(DSL.collation(NO_PAD)) : shortText();
  }

  /** Returns the type of a key of the marker's table. */
  DataType<String> newKeyType() {
    return this == MARIADB ? SQLDataType.VARCHAR(64).collation(DSL.collation(NO_PAD)) : shortText();
  }

  private DataType<String> shortText() {
    return this == H2 ? SQLDataType.VARCHAR(64) : SQLDataType.CLOB;
  }

  DataType<String> newTextType() {
    return switch (this) {
      case SQLITE, POSTGRES -> SQLDataType.CLOB;
      case MARIADB -> SQLDataType.CLOB.collation(DSL.collation(NO_PAD));
      case H2 -> SQLDataType.LONGVARCHAR;
    };
  }

  DataType<byte[]> newBytesType() {
    return switch (this) {
      case SQLITE, POSTGRES, MARIADB -> SQLDataType.BLOB;
      case H2 -> SQLDataType.LONGVARBINARY;
    };
  }
}
