package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.kyneta.postgres.Catalog.Column;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.Format;
import org.kyneta.sql.FormatDetection;
import org.kyneta.sql.FormatGate;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;

/**
 * The tables of a store: which are there, in which format, and those of a new one.
 *
 * @param codec the codec of the format, which knows the tables' names
 * @param checked whether the records have our checksum column
 * @param order the expression by which ids of the metadata index are in the order of code points
 * @param checkOrder the expression by which ids of both tables are
 * @param notes what an operator may want to know, each a sentence
 */
record Schema(
    RowCodec codec, boolean checked, String order, String checkOrder, List<String> notes) {

  private static final String CHECKSUM = "crc32c";
  private static final String IN_CODE_POINT_ORDER = "doc_id COLLATE \"C\"";

  Statements statements() {
    TableNames tables = codec.tables();
    return new Statements(tables.metaIn(codec.format()), tables.recordsName(), checked, order);
  }

  /** Returns the statements that create the tables of a format, each ended by a semicolon. */
  static String ddl(Format format, TableNames tables) {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        CREATE TABLE IF NOT EXISTS %s (
          doc_id TEXT COLLATE "C" PRIMARY KEY,
          data JSONB NOT NULL
        );
        CREATE TABLE IF NOT EXISTS %s (
          doc_id TEXT COLLATE "C" NOT NULL,
          seq INTEGER NOT NULL,
          kind TEXT NOT NULL,
          payload TEXT,
          blob BYTEA,
          crc32c BIGINT,
          PRIMARY KEY (doc_id, seq)
        );
        """
            .formatted(
                TableNames.quote(tables.metaIn(format)), TableNames.quote(tables.recordsName())));
    if (format == Format.V2) {
      String marker = TableNames.quote(tables.markerName());
      out.append(
          """
          CREATE TABLE IF NOT EXISTS %s (
            key TEXT PRIMARY KEY,
            value JSONB NOT NULL
          );
          INSERT INTO %s (key, value) VALUES ('%s', '%s') ON CONFLICT DO NOTHING;
          """
              .formatted(marker, marker, FormatGate.KEY, FormatGate.MARKER));
    }
    return out.toString();
  }

  /**
   * Finds a store, or makes a new one where there is none and that is wanted.
   *
   * @param connection a connection within a transaction
   * @throws IncompatibleFormatException if there is none that may be opened
   */
  static Schema open(Connection connection, PostgresOptions options) throws SQLException {
    Catalog catalog = Catalog.of(connection);
    TableNames tables = options.tables();
    Format format = options.format() == null ? Format.V1 : options.format();
    Optional<Format> found = FormatDetection.detect(catalog, tables, options.format());
    if (found.isPresent()) {
      format = found.get();
      if (format == Format.V2
          && FormatDetection.gate(catalog, tables) == FormatGate.Decision.STAMP) {
        require(options, catalog, format, tables.markerName());
      }
    }
    for (String table : tablesOf(tables, format)) {
      if (!catalog.exists(table)) {
        require(options, catalog, format, table);
      }
    }
    if (options.schema() == SchemaMode.CREATE) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(ddl(format, tables));
      }
    }
    return read(catalog, tables, format);
  }

  private static List<String> tablesOf(TableNames tables, Format format) {
    List<String> names = new ArrayList<>(List.of(tables.metaIn(format), tables.recordsName()));
    if (format == Format.V2) {
      names.add(tables.markerName());
    }
    return names;
  }

  /** Refuses to go on without a table, unless it may be created. */
  private static void require(
      PostgresOptions options, Catalog catalog, Format format, String table) {
    if (options.schema() == SchemaMode.VALIDATE) {
      throw new IncompatibleFormatException(
          Reason.NOT_A_STORE,
          catalog.where(),
          "the table " + table + ", along the search path, with what belongs in it",
          "none; open with SchemaMode.CREATE, or let your migrations run:\n"
              + ddl(format, options.tables()));
    }
  }

  private static Schema read(Catalog catalog, TableNames tables, Format format) {
    String meta = tables.metaIn(format);
    String records = tables.recordsName();
    Column metaId = catalog.require(meta, "doc_id", "text");
    catalog.require(meta, "data", "jsonb");
    catalog.requireKey(meta, List.of("doc_id"));
    Column recordsId = catalog.require(records, "doc_id", "text");
    catalog.require(records, "seq", "integer");
    catalog.require(records, "kind", "text");
    catalog.require(records, "payload", "text");
    catalog.require(records, "blob", "bytea");
    catalog.requireKey(records, List.of("doc_id", "seq"));
    boolean checked = catalog.column(records, CHECKSUM).isPresent();
    if (checked) {
      catalog.require(records, CHECKSUM, "bigint");
    }
    List<String> notes = new ArrayList<>();
    if (!checked) {
      notes.add(
          "records are written without checksums; to have them: ALTER TABLE %s ADD COLUMN %s BIGINT"
              .formatted(TableNames.quote(records), CHECKSUM));
    }
    if (catalog.hidesWarnings()) {
      notes.add(
          "the server keeps its warnings to itself, so that a commit for which it has stopped"
              + " waiting for its standby looks like any other; to hear of it, where connections"
              + " are set up: SET client_min_messages = warning");
    }
    String order = metaId.isInCodePointOrder() ? "doc_id" : IN_CODE_POINT_ORDER;
    boolean alike =
        metaId.isInCodePointOrder() && Objects.equals(metaId.collation(), recordsId.collation());
    if (!metaId.isInCodePointOrder() && !catalog.hasIndexInOrder(meta)) {
      notes.add(
          "listing documents sorts them all, since no index has them in the order of code points;"
              + " to have one: CREATE INDEX ON %s (doc_id COLLATE \"C\")"
                  .formatted(TableNames.quote(meta)));
    }
    return new Schema(
        new RowCodec(format, tables),
        checked,
        order,
        alike ? "doc_id" : IN_CODE_POINT_ORDER,
        List.copyOf(notes));
  }
}
