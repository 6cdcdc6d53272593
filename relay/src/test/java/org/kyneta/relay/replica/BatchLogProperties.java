package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class BatchLogProperties {

  @Property
  void everyRunIsThePayloadOfItsBatches(
      @ForAll List<@Size(max = 3) List<String>> appended, @ForAll byte size)
      throws UnreadableException {
    BatchLog log = new BatchLog();
    List<String> all = new ArrayList<>();
    for (List<String> texts : appended) {
      // Whole characters only: a log is given batches without unpaired surrogates.
      List<String> batches =
          texts.stream()
              .map(text -> text.codePoints().filter(c -> c < 0xD800 || c > 0xDFFF))
              .map(points ->
                  points.collect(
                      StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append))
              .map(text -> "[" + text + "]")
              .toList();
      log.append(batches);
      all.addAll(batches);
    }

    assertThat(log.count()).isEqualTo(all.size());
    for (int from = 0; from <= all.size(); from++) {
      assertThat(log.since(from)).isEqualTo(Batches.join(all.subList(from, all.size())));
    }
    List<String> runs = new ArrayList<>();
    for (int at = 0; at < log.count(); ) {
      int to = log.run(at, Math.abs(size));
      assertThat(log.between(at, to)).isEqualTo(Batches.join(all.subList(at, to)));
      runs.addAll(all.subList(at, to));
      at = to;
    }
    assertThat(runs).isEqualTo(all);
    assertThat(log.footprint()).isGreaterThanOrEqualTo(log.size());
  }
}
