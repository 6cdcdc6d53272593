package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;

/** Which tables a store is opened over, and what it says of those that it is not. */
class SchemaTest {

  /** The tables that the JavaScript store is given. */
  private static final String ORIGINAL =
      """
      CREATE TABLE kyneta_meta (doc_id TEXT PRIMARY KEY, data JSONB NOT NULL);
      CREATE TABLE kyneta_records (doc_id TEXT, seq INTEGER, kind TEXT, payload TEXT, blob BYTEA,
        PRIMARY KEY (doc_id, seq));
      """;

  private static final PostgresOptions CREATE =
      PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE);

  private HikariDataSource pool;

  @BeforeEach
  void create() throws SQLException {
    pool = Databases.pool(Databases.create(Collation.EN_US), 4);
  }

  @AfterEach
  void close() {
    pool.close();
  }

  private IncompatibleFormatException refused(PostgresOptions options) {
    return catchThrowableOfType(
        IncompatibleFormatException.class, () -> PostgresStore.open(pool, options).close());
  }

  private void execute(String sql) throws SQLException {
    Databases.execute(pool, sql);
  }

  @Test
  void saysHowToGetTheTablesThatAreMissing() throws SQLException {
    IncompatibleFormatException refusal = refused(PostgresOptions.DEFAULT);
    assertThat(refusal.reason()).isEqualTo(Reason.NOT_A_STORE);
    assertThat(refusal).hasMessageContaining("kyneta_meta").hasMessageContaining("CREATE TABLE");
    execute(PostgresStore.schema(Format.V1, TableNames.DEFAULT));
    try (PostgresStore store = PostgresStore.open(pool)) {
      assertThat(store.format()).isEqualTo(Format.V1);
      assertThat(store.notes()).isEmpty();
    }
  }

  @Test
  void createsTablesOnceAndFindsThemAgain() {
    for (int i = 0; i < 2; i++) {
      try (PostgresStore store = PostgresStore.open(pool, CREATE.withFormat(Format.V2))) {
        assertThat(store.format()).isEqualTo(Format.V2);
      }
    }
    try (PostgresStore store = PostgresStore.open(pool)) {
      assertThat(store.format()).isEqualTo(Format.V2);
    }
    assertThat(refused(CREATE.withFormat(Format.V1)).reason()).isEqualTo(Reason.OTHER_FORMAT);
  }

  @Test
  void schemaMayBeRunAgain() throws SQLException {
    TableNames names = new TableNames("my_meta", "my_records", "my_marker");
    for (Format format : Format.values()) {
      execute(PostgresStore.schema(format, names));
      execute(PostgresStore.schema(format, names));
    }
    try (PostgresStore store =
        PostgresStore.open(pool, PostgresOptions.DEFAULT.withTables(names))) {
      assertThat(store.format()).isEqualTo(Format.V2);
    }
  }

  @Test
  void usesTheOriginalsTablesAndSaysWhatTheyLack() throws SQLException {
    execute(ORIGINAL);
    try (PostgresStore store = PostgresStore.open(pool)) {
      assertThat(store.notes()).hasSize(2);
      assertThat(store.notes().get(0)).contains("ALTER TABLE");
      assertThat(store.notes().get(1)).contains("CREATE INDEX");
      for (String note : store.notes()) {
        execute(note.substring(note.lastIndexOf(": ") + 2));
      }
      store.appendAll("doc", Samples.stream(3, "unverified"));
      assertThat(Samples.load(store, "doc")).isEqualTo(Samples.stream(3, "unverified"));
    }
    try (PostgresStore store = PostgresStore.open(pool)) {
      assertThat(store.notes()).isEmpty();
      store.append("doc", Samples.entry("verified"));
      assertThat(Samples.load(store, "doc")).hasSize(5);
    }
  }

  @Test
  void namesTheTableAndTheColumnThatIsWrong() throws SQLException {
    execute(ORIGINAL + "ALTER TABLE kyneta_records ALTER COLUMN seq TYPE BIGINT");
    assertThat(refused(CREATE))
        .hasMessageContaining("table kyneta_records")
        .hasMessageContaining("seq as integer")
        .hasMessageContaining("bigint");
    execute("ALTER TABLE kyneta_records ALTER COLUMN seq TYPE INTEGER");
    execute("ALTER TABLE kyneta_records RENAME COLUMN blob TO bytes");
    assertThat(refused(CREATE)).hasMessageContaining("a column blob bytea, found none");
    execute("ALTER TABLE kyneta_records RENAME COLUMN bytes TO blob");
    execute("ALTER TABLE kyneta_records DROP CONSTRAINT kyneta_records_pkey");
    assertThat(refused(CREATE)).hasMessageContaining("a primary key (doc_id,seq), found none");
    execute("ALTER TABLE kyneta_records ADD PRIMARY KEY (seq, doc_id)");
    assertThat(refused(CREATE)).hasMessageContaining("found (seq,doc_id)");
  }

  @Test
  void refusesIdsOfWhichDifferentOnesAreEqual() throws SQLException {
    execute(
        ORIGINAL
            + """
            CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2',
              deterministic = false);
            ALTER TABLE kyneta_meta ALTER COLUMN doc_id TYPE TEXT COLLATE caseless;
            """);
    assertThat(refused(CREATE))
        .hasMessageContaining("deterministic")
        .hasMessageContaining("caseless");
  }

  @Test
  void refusesDocumentsOfFormat2WithoutMarkerAndThoseOfAnotherVersion() throws SQLException {
    execute(PostgresStore.schema(Format.V2, TableNames.DEFAULT));
    try (PostgresStore store = PostgresStore.open(pool)) {
      store.append("doc", Samples.META);
    }
    execute("UPDATE kyneta_store_meta SET value = '{\"major\":2,\"minor\":0}'");
    assertThat(refused(CREATE).reason()).isEqualTo(Reason.INCOMPATIBLE_MAJOR);
    execute("DELETE FROM kyneta_store_meta");
    assertThat(refused(CREATE).reason()).isEqualTo(Reason.UNVERSIONED_EXISTING_DATA);
    execute("DELETE FROM kyneta_doc_meta");
    assertThat(refused(PostgresOptions.DEFAULT).reason()).isEqualTo(Reason.NOT_A_STORE);
    PostgresStore.open(pool, CREATE).close();
    PostgresStore.open(pool).close();
  }

  @Test
  void refusesDatabasesThatDoNotKeepTextAsUtf8() throws SQLException {
    PostgresServer server = PostgresServer.shared();
    try (Connection connection = DriverManager.getConnection(server.url("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
    }
    try (HikariDataSource latin = Databases.pool(server.url("latin"), 2)) {
      assertThatExceptionOfType(IncompatibleFormatException.class)
          .isThrownBy(() -> PostgresStore.open(latin, CREATE))
          .withMessageContaining("LATIN1");
    }
  }

  @Test
  void rowsThatATriggerKeepsOutAreNotAcknowledged() throws SQLException {
    execute(PostgresStore.schema(Format.V1, TableNames.DEFAULT));
    try (PostgresStore store = PostgresStore.open(pool)) {
      store.append("doc", Samples.META);
      execute(
          """
          CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
          CREATE TRIGGER nothing BEFORE INSERT ON kyneta_records
            FOR EACH ROW WHEN (NEW.kind = 'entry') EXECUTE FUNCTION nothing();
          """);
      for (List<StoreRecord> records :
          List.of(
              List.of(Samples.entry("alone")),
              List.of(Samples.entry("one"), Samples.entry("two")),
              List.of(Samples.META, Samples.entry("with metadata")))) {
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> store.appendAll("doc", records))
            .withMessageContaining("a trigger or a rule");
      }
      assertThat(Samples.load(store, "doc")).containsExactly(Samples.META);
    }
  }

  @Test
  void saysThatWarningsOfAbsentStandbysCannotBeHeard() throws SQLException {
    execute(PostgresStore.schema(Format.V1, TableNames.DEFAULT));
    String quiet = pool.getJdbcUrl() + "&options=-c%20client_min_messages=error";
    try (HikariDataSource deaf = Databases.pool(quiet, 1);
        PostgresStore store = PostgresStore.open(deaf)) {
      assertThat(store.notes()).singleElement().asString().contains("client_min_messages");
    }
  }
}
