package org.kyneta.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.jooq.Samples.entry;
import static org.kyneta.jooq.Samples.ids;
import static org.kyneta.jooq.Samples.load;
import static org.kyneta.jooq.Samples.stream;

import java.nio.file.Path;
import java.sql.SQLException;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.conf.InvocationOrder;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.conf.ThrowExceptions;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.sql.Format;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/** Stores through a jOOQ that the caller has set up for queries of its own. */
class CallersConfigurationTest {

  private static final JooqOptions V2 = JooqOptions.DEFAULT.withFormat(Format.V2);

  @TempDir private Path directory;

  /** Throws Spring's exceptions in the place of jOOQ's, as Spring Boot has it. */
  private static final class Translating implements ExecuteListener {
    private static final long serialVersionUID = 1;

    @Override
    public void exception(ExecuteContext context) {
      SQLException thrown = context.sqlException();
      if (thrown != null) {
        DataAccessException known =
            new SQLStateSQLExceptionTranslator().translate("jOOQ", context.sql(), thrown);
        context.exception(
            known == null ? new UncategorizedSQLException("jOOQ", context.sql(), thrown) : known);
      }
    }
  }

  private static DSLContext dsl(Database database, Settings settings) {
    Configuration configuration =
        new DefaultConfiguration()
            .set(database.pool())
            .set(database.dialect())
            .set(settings)
            .set(new Translating());
    return DSL.using(configuration);
  }

  @ParameterizedTest
  @EnumSource
  void settingsCostNoRecords(Engines engine) throws Exception {
    Settings settings =
        new Settings()
            .withMaxRows(2)
            .withStatementType(StatementType.STATIC_STATEMENT)
            .withThrowExceptions(ThrowExceptions.THROW_NONE);
    try (Database database = engine.open(directory)) {
      DSLContext dsl = dsl(database, settings);
      assertThatExceptionOfType(IncompatibleFormatException.class)
          .isThrownBy(() -> JooqStore.open(dsl, V2));
      JooqStore.createTables(dsl, V2);
      try (Store store = JooqStore.open(dsl, V2)) {
        for (int doc = 0; doc < 5; doc++) {
          store.appendAll("doc" + doc, stream(100));
        }
        assertThat(load(store, "doc1")).isEqualTo(stream(100));
        assertThat(ids(store)).hasSize(5);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void exceptionsAreTheStoresWhateverAListenerMakesOfThem(Engines engine) throws Exception {
    Settings settings =
        new Settings().withExecuteListenerEndInvocationOrder(InvocationOrder.REVERSE);
    try (Database database = engine.open(directory)) {
      DSLContext dsl = dsl(database, settings);
      assertThatExceptionOfType(IncompatibleFormatException.class)
          .isThrownBy(() -> JooqStore.open(dsl, V2));
      JooqStore.createTables(dsl, V2);
      try (Store store = JooqStore.open(dsl, V2)) {
        store.appendAll("doc", stream(2));
        dsl.dropTable("kyneta_records").execute();
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> store.append("doc", entry(2)));
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> load(store, "doc"));
      }
    }
  }
}
