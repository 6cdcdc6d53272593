package org.kyneta.jooq;

import java.time.OffsetDateTime;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
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

  static final Table<Record> NOTES = DSL.table(DSL.name("notes"));
  static final Field<OffsetDateTime> CHANGED =
      DSL.field(DSL.name("changed"), SQLDataType.TIMESTAMPWITHTIMEZONE);

  static void transaction(DSLContext dsl, StoreRecord record) {
    // @start region="transaction"
    dsl.transaction(configuration -> {
      Store store = JooqStore.over(configuration.dsl(), JooqOptions.DEFAULT);
      store.append("notes/1", record);
      configuration.dsl().update(NOTES).set(CHANGED, DSL.currentOffsetDateTime()).execute();
    });
    // @end
  }

  static List<StoreRecord> store(DSLContext dsl, byte[] update) {
    // @start region="store"
    JooqStore.createTables(dsl, JooqOptions.DEFAULT);
    try (Store store = JooqStore.open(dsl, JooqOptions.DEFAULT)) {
      StoreMeta meta = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");
      store.append("notes/1", StoreRecord.meta(meta));
      store.append("notes/1", StoreRecord.entry(Payload.binary(Kind.SINCE, update), "1"));
      try (RecordCursor records = store.loadAll("notes/1")) {
        return records.stream().toList();
      }
    }
    // @end
  }
}
