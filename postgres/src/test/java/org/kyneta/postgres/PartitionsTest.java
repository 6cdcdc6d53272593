package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.testservers.Collation;

/** Tables that are divided by document: what names one document touches one part of them. */
class PartitionsTest {

  private static final int PARTS = 16;
  private static final Pattern PART = Pattern.compile("kyneta_(?:meta|records)_(\\d+)");

  private static HikariDataSource pool;
  private static Statements statements;

  /** Tables in so many parts, as an operator would set them up. */
  static String divided(int parts) {
    StringBuilder sql = new StringBuilder();
    sql.append(
        """
        CREATE TABLE kyneta_meta (doc_id TEXT COLLATE "C" PRIMARY KEY, data JSONB NOT NULL)
          PARTITION BY HASH (doc_id);
        CREATE TABLE kyneta_records (doc_id TEXT COLLATE "C" NOT NULL, seq INTEGER NOT NULL,
          kind TEXT NOT NULL, payload TEXT, blob BYTEA, crc32c BIGINT, PRIMARY KEY (doc_id, seq))
          PARTITION BY HASH (doc_id);
        """);
    for (String table : new String[] {"kyneta_meta", "kyneta_records"}) {
      for (int i = 0; i < parts; i++) {
        sql.append(
            "CREATE TABLE %s_%d PARTITION OF %s FOR VALUES WITH (MODULUS %d, REMAINDER %d);"
                .formatted(table, i, table, parts, i));
      }
    }
    return sql.toString();
  }

  @BeforeAll
  static void create() throws SQLException {
    pool = Databases.pool(Databases.create(Collation.C), 4);
    Databases.execute(pool, divided(PARTS));
    try (Connection connection = pool.getConnection()) {
      statements = Schema.open(connection, PostgresOptions.DEFAULT).statements();
    }
    try (PostgresStore store = PostgresStore.open(pool)) {
      for (int i = 0; i < 40; i++) {
        store.appendAll("doc" + i, Samples.stream(5, "x"));
        store.append("doc" + i, Samples.entry("alone"));
      }
    }
    // Small tables are best read whole, and plans for them show nothing.
    Databases.execute(
        pool,
        """
        INSERT INTO kyneta_meta SELECT 'other' || n, data
          FROM generate_series(1, 50000) n, kyneta_meta WHERE doc_id = 'doc0';
        ANALYZE\
        """);
  }

  @AfterAll
  static void close() {
    pool.close();
  }

  /** Returns the parts that a plan touches, as it is run. */
  private static Set<String> parts(String sql, String... parameters) throws SQLException {
    Set<String> parts = new TreeSet<>();
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement =
          connection.prepareStatement("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + sql)) {
        for (int i = 0; i < parameters.length; i++) {
          statement.setObject(i + 1, parameters[i], java.sql.Types.OTHER);
        }
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            String line = rows.getString(1);
            Matcher matcher = PART.matcher(line);
            if (!line.contains("never executed") && matcher.find()) {
              parts.add(matcher.group(1));
            }
          }
        }
      }
      connection.rollback();
    }
    return parts;
  }

  private static String copied(String sql) {
    return sql.substring(sql.indexOf('(') + 1, sql.lastIndexOf(')', sql.lastIndexOf(')') - 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"doc0", "doc1", "doc7", "doc39", "none"})
  void whatNamesADocumentTouchesOnePart(String doc) throws SQLException {
    assertThat(parts(copied(statements.load(doc, 0)))).as("load").hasSize(1);
    assertThat(parts(statements.meta, doc)).as("metadata").hasSize(1);
    assertThat(parts(statements.deleteMeta, doc)).as("delete").hasSize(1);
    assertThat(parts(statements.deleteRecords, doc)).as("delete").hasSize(1);
    int second = statements.lockAgain.indexOf(';') + 1;
    assertThat(parts(statements.lockAgain.substring(0, second), doc)).as("lock").hasSize(1);
    assertThat(parts(statements.lockAgain.substring(second), doc, doc)).as("end").hasSize(1);
    assertThat(parts(statements.appendOne, "100", "entry", "{}", "", "1", doc, "0", "99"))
        .as("append")
        .hasSizeLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void sharedAppendTouchesThePartsOfItsDocuments(int documents) throws SQLException {
    StringBuilder ids = new StringBuilder();
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < documents; i++) {
      ids.append(i == 0 ? "" : ",").append("doc").append(i);
      expected.addAll(parts(statements.meta, "doc" + i));
    }
    String array = "{" + ids + "}";
    String lock = statements.lockMany.substring(Statements.READ_COMMITTED.length());
    assertThat(parts(lock, array)).as("lock").isEqualTo(expected);
    assertThat(parts(statements.readMany, array)).as("ends").isEqualTo(expected);
  }
}
