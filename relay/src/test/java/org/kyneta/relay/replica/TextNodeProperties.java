package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TextNodeProperties {

  /** Positions and numbers are taken modulo what there is. */
  record Edit(int at, int deleted, String inserted) {}

  @Property
  void editsAreThoseOfAStringBuilder(@ForAll String start, @ForAll("edits") List<Edit> edits) {
    TextNode node = new TextNode(start);
    StringBuilder builder = new StringBuilder(start);
    for (Edit edit : edits) {
      int at = edit.at % (builder.length() + 1);
      int deleted = Math.min(edit.deleted, builder.length() - at);
      node.delete(at, deleted);
      builder.delete(at, at + deleted);
      node.insert(at, edit.inserted);
      builder.insert(at, edit.inserted);
      assertThat(node.length()).isEqualTo(builder.length());
    }

    assertThat(node.toString()).isEqualTo(builder.toString());
  }

  @Provide
  Arbitrary<List<Edit>> edits() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 1_000),
            Arbitraries.integers().between(0, 5),
            Arbitraries.strings().ofMaxLength(200))
        .as(Edit::new)
        .list();
  }
}
