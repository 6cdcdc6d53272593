package org.kyneta.testkit.flaws;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Limits;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StoreRecord.Meta;
import org.kyneta.store.SyncMode;
import org.kyneta.store.SyncMode.Durability;

/** Records that are taken and must not be, or the other way round. */
final class ValidationFlaws {

  private static final StoreMeta ANY =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "hash");

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "metadata is not checked",
              checking((store, docId, meta, record, append) ->
                  record instanceof Meta(StoreMeta offered)
                      ? offered
                      : Objects.requireNonNull(meta)),
              "anotherReplicaTypeNameIsRefused",
              "anotherReplicaTypeMajorVersionIsRefused",
              "everyOtherSyncModeIsRefused",
              "replaceIsCheckedAgainstTheCurrentMetadata",
              "replaceIsCheckedAgainstItsOwnEarlierMetadata",
              "appendAllWritesNothingWhenARecordInTheMiddleIsRejected",
              "replaceChangesNothingWhenARecordInTheMiddleIsRejected",
              "rejectedRecordIsRefusedInSpiteOfTheRightHead"),
          Flaw.of(
              "major versions are not compared",
              comparing(offered ->
                  StoreMeta.of(
                      new ReplicaType(offered.replicaType().name(), 1, 0), offered.syncMode(), "")),
              "anotherReplicaTypeMajorVersionIsRefused"),
          Flaw.of(
              "names of replica types are the same in either case",
              comparing(offered ->
                  StoreMeta.of(
                      new ReplicaType(
                          offered.replicaType().name().toLowerCase(Locale.ROOT),
                          offered.replicaType().major(),
                          0),
                      offered.syncMode(),
                      "")),
              "anotherReplicaTypeNameIsRefused"),
          Flaw.of(
              "one axis of the sync mode is not compared",
              comparing(offered ->
                  StoreMeta.of(
                      offered.replicaType(),
                      new SyncMode(
                          offered.syncMode().writerModel(),
                          offered.syncMode().delivery(),
                          Durability.PERSISTENT),
                      "")),
              "everyOtherSyncModeIsRefused"),
          Flaw.of(
              "minor versions must be the same",
              checking((store, docId, meta, record, append) -> {
                if (meta != null
                    && record instanceof Meta(StoreMeta offered)
                    && meta.replicaType().minor() != offered.replicaType().minor()) {
                  throw new RecordRejectedException(
                      Rule.REPLICA_TYPE_IS_COMPATIBLE, docId, "replicaType", "", "");
                }
                return store.sound(docId, meta, record, append);
              }),
              "anotherReplicaTypeMinorVersionIsTaken"),
          Flaw.of(
              "a refusal says the wrong way round what was expected",
              checking((store, docId, meta, record, append) -> {
                try {
                  return store.sound(docId, meta, record, append);
                } catch (RecordRejectedException e) {
                  throw new RecordRejectedException(
                      e.rule(),
                      e.docId(),
                      e.field(),
                      /* expected= */ e.found(),
                      /* found= */ e.expected());
                }
              }),
              "anotherReplicaTypeNameIsRefused",
              "everyOtherSyncModeIsRefused"),
          Flaw.of(
              "a replacement is checked against the current metadata only",
              checking((store, docId, meta, record, append) ->
                  store.sound(docId, append ? meta : store.stored(docId), record, append)),
              "replaceIsCheckedAgainstItsOwnEarlierMetadata"),
          Flaw.of(
              "a replacement is checked against itself only",
              checking((store, docId, meta, record, append) ->
                  store.sound(
                      docId,
                      !append && Objects.equals(meta, store.stored(docId)) ? null : meta,
                      record,
                      append)),
              "replaceIsCheckedAgainstTheCurrentMetadata"),
          Flaw.of(
              "a document may begin with an entry",
              checking((store, docId, meta, record, append) ->
                  meta == null && record instanceof Entry
                      ? ANY
                      : store.sound(docId, meta, record, append)),
              "entryBeforeMetadataIsRefused",
              "deletedDocumentBeginsAnewWithWhateverMetadata",
              "writeIsCheckedAgainstWhatAnotherStoreHasWritten"),
          Flaw.of(
              "a replacement must begin with metadata",
              checking(
                  (store, docId, meta, record, append) -> store.sound(docId, meta, record, true)),
              "replaceMayBeginWithAnEntry"),
          Flaw.of(
              "the first metadata of a write wins",
              checking((store, docId, meta, record, append) -> {
                StoreMeta next = store.sound(docId, meta, record, append);
                return meta == null || Objects.equals(meta, store.stored(docId)) ? next : meta;
              }),
              "replaceTakesTheLastMetadata"),
          Flaw.of(
              "the first metadata of a document wins",
              checking((store, docId, meta, record, append) -> {
                StoreMeta next = store.sound(docId, meta, record, append);
                return meta == null ? next : meta;
              }),
              "anotherSchemaHashWins",
              "appendAndLoadKeepOrderAndKinds"));

  private ValidationFlaws() {}

  /** Takes the place of the check of one record. */
  private interface Check {
    @Nullable StoreMeta check(
        Checked store, String docId, @Nullable StoreMeta meta, StoreRecord record, boolean append);
  }

  private static Flaw.Opener checking(Check check) {
    return (data, limits) -> new Checked(data, limits, check);
  }

  /** Compares metadata after something was taken off it. */
  private static Flaw.Opener comparing(UnaryOperator<StoreMeta> part) {
    return checking((store, docId, meta, record, append) -> {
      if (meta != null && record instanceof Meta(StoreMeta offered)) {
        store.sound(docId, part.apply(meta), StoreRecord.meta(part.apply(offered)), append);
        return offered;
      }
      return store.sound(docId, meta, record, append);
    });
  }

  private static final class Checked extends Sketch {

    private final Check check;

    Checked(Data data, Limits limits, Check check) {
      super(data, limits);
      this.check = check;
    }

    @Override
    @Nullable StoreMeta check(
        String docId, @Nullable StoreMeta meta, StoreRecord record, boolean append) {
      return check.check(this, docId, meta, record, append);
    }

    @Nullable StoreMeta sound(
        String docId, @Nullable StoreMeta meta, StoreRecord record, boolean append) {
      return super.check(docId, meta, record, append);
    }

    @Nullable StoreMeta stored(String docId) {
      Document document = data.documents.get(docId);
      return document == null ? null : document.meta();
    }
  }
}
