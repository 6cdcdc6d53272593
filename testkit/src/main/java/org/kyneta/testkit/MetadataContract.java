package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Samples.META;
import static org.kyneta.testkit.Samples.YJS;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kyneta.store.DocIds;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;
import org.kyneta.store.SyncMode.Delivery;
import org.kyneta.store.SyncMode.Durability;
import org.kyneta.store.SyncMode.WriterModel;

/** Which metadata may follow which. */
abstract class MetadataContract extends ReplaceContract {

  /** An id whose form in a message is not that in the store. */
  private static final String ODD_ID = "a \"quoted\"\ndocument";

  @Test
  void anotherSchemaHashWins() {
    store.append(DOC, metaRecord("first"));
    store.append(DOC, metaRecord("second"));
    assertThat(store.currentMeta(DOC)).contains(Samples.meta("second"));
    store.append(DOC, metaRecord(""));
    assertStream(store, DOC, List.of(metaRecord("first"), metaRecord("second"), metaRecord("")));
  }

  @Test
  void anotherReplicaTypeNameIsRefused() {
    assertReplicaTypeIsRefused(new ReplicaType("loro", 1, 0));
    assertReplicaTypeIsRefused(new ReplicaType("YJS", 1, 0));
    assertReplicaTypeIsRefused(new ReplicaType("yjs ", 1, 0));
    assertReplicaTypeIsRefused(new ReplicaType("", 1, 0));
  }

  @Test
  void anotherReplicaTypeMajorVersionIsRefused() {
    assertReplicaTypeIsRefused(new ReplicaType("yjs", 2, 0));
    assertReplicaTypeIsRefused(new ReplicaType("yjs", 0, 0));
  }

  private void assertReplicaTypeIsRefused(ReplicaType offered) {
    StoreMeta meta = StoreMeta.of(offered, SyncMode.COLLABORATIVE, "hash");
    for (RecordRejectedException refusal :
        assertRefusedEverywhere(Rule.REPLICA_TYPE_IS_COMPATIBLE, META, meta)) {
      assertTells(refusal, StoreMeta.REPLICA_TYPE, YJS.toString(), offered.toString());
    }
  }

  @Test
  void anotherReplicaTypeMinorVersionIsTaken() {
    for (int minor : List.of(7, 0, Integer.MAX_VALUE)) {
      StoreMeta meta =
          StoreMeta.of(new ReplicaType("yjs", 1, minor), SyncMode.COLLABORATIVE, "hash");
      store.append(DOC, StoreRecord.meta(meta));
      assertThat(store.currentMeta(DOC)).contains(meta);
    }
  }

  @Test
  void everyOtherSyncModeIsRefused() {
    for (SyncMode first : syncModes()) {
      for (SyncMode second : syncModes()) {
        if (!second.equals(first)) {
          StoreMeta current = StoreMeta.of(YJS, first, "hash");
          StoreMeta offered = StoreMeta.of(YJS, second, "hash");
          for (RecordRejectedException refusal :
              assertRefusedEverywhere(Rule.SYNC_MODE_IS_IMMUTABLE, current, offered)) {
            assertTells(refusal, StoreMeta.SYNC_MODE, first.toString(), second.toString());
          }
          store.delete(ODD_ID);
        }
      }
    }
  }

  @Test
  void everySyncModeIsKept() {
    for (SyncMode mode : syncModes()) {
      List<StoreRecord> records =
          List.of(StoreRecord.meta(StoreMeta.of(YJS, mode, "hash")), entry(1));
      store.appendAll(mode.toString(), records);
      assertStream(store, mode.toString(), records);
    }
  }

  private static List<SyncMode> syncModes() {
    List<SyncMode> all = new ArrayList<>();
    for (WriterModel writers : WriterModel.values()) {
      for (Delivery delivery : Delivery.values()) {
        for (Durability durability : Durability.values()) {
          all.add(new SyncMode(writers, delivery, durability));
        }
      }
    }
    return all;
  }

  /** Offers metadata to a document in every way, and returns what was thrown. */
  private List<RecordRejectedException> assertRefusedEverywhere(
      Rule rule, StoreMeta current, StoreMeta offered) {
    StoreRecord record = StoreRecord.meta(offered);
    store.append(ODD_ID, StoreRecord.meta(current));
    return List.of(
        assertRefused(rule, () -> store.append(ODD_ID, record)),
        assertRefused(rule, () -> store.append(ODD_ID, record, store.head(ODD_ID))),
        assertRefused(rule, () -> store.appendAll(ODD_ID, List.of(entry(1), record))),
        assertRefused(rule, () -> store.replace(ODD_ID, List.of(record))),
        assertRefused(rule, () -> store.replace(ODD_ID, List.of(record), store.head(ODD_ID))));
  }

  private static void assertTells(
      RecordRejectedException refusal, String field, String expected, String found) {
    assertThat(refusal.docId()).isEqualTo(ODD_ID);
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(refusal.expected()).isEqualTo(expected);
    assertThat(refusal.found()).isEqualTo(found);
    assertThat(refusal).hasMessageContainingAll(DocIds.show(ODD_ID), field, expected, found);
  }
}
