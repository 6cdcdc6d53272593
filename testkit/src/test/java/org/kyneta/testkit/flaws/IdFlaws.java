package org.kyneta.testkit.flaws;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.Limits;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.Trait;
import org.kyneta.testkit.flaws.Sketch.Data;

/** Ids that are mixed up. */
final class IdFlaws {

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "unpaired surrogates in ids become question marks",
              renaming(id -> new String(utf8(id), StandardCharsets.UTF_8)),
              "unpairedSurrogatesInIdsAreRefusedByWrites",
              "unpairedSurrogatesInIdsAreRefusedByReads"),
          Flaw.of(
              "ids are the same in either case",
              renaming(id -> id.toLowerCase(Locale.ROOT)),
              "idsOfAnyWellFormedTextAreKeptApart",
              "prefixIsComparedExactly"),
          Flaw.of(
              "ids are normalised",
              renaming(id -> Normalizer.normalize(id, Normalizer.Form.NFC)),
              "idsOfAnyWellFormedTextAreKeptApart",
              "prefixIsNotNormalised"),
          Flaw.of(
              "blanks at the end of ids do not count",
              renaming(String::stripTrailing),
              "idsOfAnyWellFormedTextAreKeptApart"),
          Flaw.of(
              "ids end at NUL",
              renaming(IdFlaws::beforeNul),
              "idsWithNulAreKeptApartOrRefusedAsTheTraitSays"),
          Flaw.of(
                  "ids end at NUL, and nothing else is said",
                  renaming(IdFlaws::beforeNul),
                  "idsWithNulAreKeptApartOrRefusedAsTheTraitSays")
              .without(Trait.NUL_IN_IDS),
          Flaw.of(
                  "ids with NUL are taken, and nobody is told",
                  Sketch::new,
                  "idsWithNulAreKeptApartOrRefusedAsTheTraitSays")
              .without(Trait.NUL_IN_IDS),
          Flaw.of(
              "ids are cut at 2,047 characters",
              renaming(id -> id.length() > 2_047 ? id.substring(0, 2_047) : id),
              "longIdsAreKeptApart"),
          Flaw.of(
              "there is only one document",
              renaming(id -> "doc"),
              "documentsDoNotSeeEachOther",
              "manyThreadsWriteManyDocuments",
              "idsThatArePrefixesOfEachOtherStayApart"),
          Flaw.of(
              "a document is removed with all whose ids begin with its own",
              IdFlaws::removingByPrefix,
              "deleteTouchesNoOtherDocument",
              "replaceTouchesNoOtherDocument",
              "idsThatArePrefixesOfEachOtherStayApart"),
          Flaw.of(
              "ids that are read must be within the limit",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    void checkRead(String docId) {
                      checkWritten(docId);
                    }
                  },
              "idBeyondTheLimitMayBeReadAndDeleted",
              "prefixMayBeLongerThanAnyId"));

  private IdFlaws() {}

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String beforeNul(String id) {
    int nul = id.indexOf('\0');
    return nul < 0 ? id : id.substring(0, nul);
  }

  /** Keeps each document under another name, and lists it under that. */
  private static Flaw.Opener renaming(UnaryOperator<String> names) {
    return (data, limits) ->
        new Sketch(data, limits) {
          @Override
          Head write(
              String docId,
              Iterable<? extends StoreRecord> records,
              @Nullable Head expected,
              boolean append) {
            return super.write(names.apply(docId), records, expected, append);
          }

          @Override
          void remove(String docId, @Nullable Head expected) {
            super.remove(names.apply(docId), expected);
          }

          @Override
          @Nullable Document find(String docId) {
            return super.find(names.apply(docId));
          }

          @Override
          public Cursor<String> listDocIds(String prefix) {
            return super.listDocIds(names.apply(prefix));
          }
        };
  }

  private static Sketch removingByPrefix(Data data, Limits limits) {
    return new Sketch(data, limits) {
      @Override
      void remove(String docId, @Nullable Head expected) {
        super.remove(docId, expected);
        locked(() -> data.documents.keySet().removeIf(id -> id.startsWith(docId)));
      }

      @Override
      Head write(
          String docId,
          Iterable<? extends StoreRecord> records,
          @Nullable Head expected,
          boolean append) {
        Head head = super.write(docId, records, expected, append);
        if (!append) {
          locked(() ->
              data.documents.keySet().removeIf(id -> id.startsWith(docId) && !id.equals(docId)));
        }
        return head;
      }
    };
  }
}
