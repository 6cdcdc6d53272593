package org.kyneta.testkit.flaws;

import java.text.Collator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.kyneta.store.Limits;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.flaws.Sketch.Data;

/** Listings that are not exact, not in order, or not whole. */
final class ListingFlaws {

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "prefixes are compared without regard to case, as LIKE does",
              matching((id, prefix) -> id.regionMatches(true, 0, prefix, 0, prefix.length())),
              "prefixIsComparedExactly"),
          Flaw.of(
              "prefixes have wildcards, as LIKE does",
              matching(ListingFlaws::isLike),
              "prefixHasNoWildcards"),
          Flaw.of(
              "prefixes end at NUL, as LIKE's do",
              matching((id, prefix) -> id.startsWith(prefix.split("\0", -1)[0])),
              "idsWithNulAreKeptApartOrRefusedAsTheTraitSays"),
          Flaw.of(
              "prefixes are normalised",
              matching((id, prefix) ->
                  Normalizer.normalize(id, Normalizer.Form.NFD)
                      .startsWith(Normalizer.normalize(prefix, Normalizer.Form.NFD))),
              "prefixIsNotNormalised"),
          Flaw.of(
              "the successor of U+D7FF is a surrogate, so that the range is empty",
              matching((id, prefix) -> id.startsWith(prefix) && !prefix.endsWith("\uD7FF")),
              "prefixMayEndWithWhatHasNoSimpleSuccessor"),
          Flaw.of(
              "a prefix that ends with U+10FFFF has no end",
              matching((id, prefix) ->
                  id.startsWith(prefix)
                      || (prefix.endsWith("\uDBFF\uDFFF") && id.compareTo(prefix) > 0)),
              "prefixMayEndWithWhatHasNoSimpleSuccessor"),
          Flaw.of(
              "the empty prefix fits nothing",
              matching((id, prefix) -> !prefix.isEmpty() && id.startsWith(prefix)),
              "emptyPrefixListsAll"),
          Flaw.of(
              "ids are in the order of Java's strings",
              changing(ids -> sorted(ids, Comparator.naturalOrder())),
              "listingIsInCodePointOrder",
              "listingIsInCodePointOrderWithinAPrefix"),
          Flaw.of(
              "ids are in the order of a language",
              changing(ids -> sorted(ids, Collator.getInstance(Locale.US)::compare)),
              "listingIgnoresLocaleAndCase"),
          Flaw.of(
              "ids are in an order without regard to case",
              changing(ids -> sorted(ids, String.CASE_INSENSITIVE_ORDER)),
              "listingIgnoresLocaleAndCase"),
          Flaw.of(
              "only a hundred ids are listed",
              changing(ids -> ids.subList(0, Math.min(100, ids.size()))),
              "listingOfManyDocumentsIsWhole"),
          Flaw.of(
              "an empty listing has an empty id",
              changing(ids -> ids.isEmpty() ? List.of("") : ids),
              "listingOfAnEmptyStoreIsEmpty"),
          Flaw.of(
              "a document is listed once for each of its metadata",
              ListingFlaws::listingEachMetadata,
              "listingShowsEachDocumentOnce"));

  private ListingFlaws() {}

  private static boolean isLike(String id, String prefix) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < prefix.length(); i++) {
      char c = prefix.charAt(i);
      switch (c) {
        case '%' -> pattern.append(".*");
        case '_' -> pattern.append('.');
        default -> pattern.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(id).lookingAt();
  }

  private static List<String> sorted(List<String> ids, Comparator<String> order) {
    List<String> sorted = new ArrayList<>(ids);
    sorted.sort(order);
    return sorted;
  }

  private static Flaw.Opener matching(BiFunction<String, String, Boolean> fits) {
    return (data, limits) ->
        new Sketch(data, limits) {
          @Override
          List<String> matching(String prefix) {
            return data.documents.keySet().stream().filter(id -> fits.apply(id, prefix)).toList();
          }
        };
  }

  private static Flaw.Opener changing(UnaryOperator<List<String>> change) {
    return (data, limits) ->
        new Sketch(data, limits) {
          @Override
          List<String> matching(String prefix) {
            return change.apply(super.matching(prefix));
          }
        };
  }

  private static Sketch listingEachMetadata(Data data, Limits limits) {
    return new Sketch(data, limits) {
      @Override
      List<String> matching(String prefix) {
        List<String> all = new ArrayList<>();
        for (String id : super.matching(prefix)) {
          Objects.requireNonNull(data.documents.get(id)).records().stream()
              .filter(record -> record instanceof StoreRecord.Meta)
              .forEach(record -> all.add(id));
        }
        return all;
      }
    };
  }
}
