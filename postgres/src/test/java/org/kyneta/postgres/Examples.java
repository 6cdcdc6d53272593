package org.kyneta.postgres;

import javax.sql.DataSource;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** What the documentation shows. */
final class Examples {

  private Examples() {}

  static void recordAndLoad(DataSource pool, byte[] update) {
    // @start region="store"
    PostgresOptions options = PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE);
    try (Store store = PostgresStore.open(pool, options)) {
      StoreMeta meta = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");
      store.append("notes/1", StoreRecord.meta(meta));
      store.append("notes/1", StoreRecord.entry(Payload.binary(Kind.SINCE, update), "1"));
      try (RecordCursor records = store.loadAll("notes/1")) {
        records.forEachRemaining(record -> System.out.println(records.seq() + " " + record));
      }
    }
    // @end
  }

  static String migration() {
    // @start region="migration"
    String statements = PostgresStore.schema(Format.V2, TableNames.DEFAULT);
    // @end
    return statements;
  }
}
