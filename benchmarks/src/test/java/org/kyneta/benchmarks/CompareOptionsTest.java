package org.kyneta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompareOptionsTest {

  private static CompareOptions parse(String... arguments) {
    return CompareOptions.parse(List.of(arguments), Path.of("here"));
  }

  private static List<String> names(boolean quick) {
    return Experiments.all(quick, /* postgres= */ false).stream()
        .flatMap(experiment -> experiment.figures().stream().map(Figure::name))
        .toList();
  }

  @Test
  void withoutArgumentsEverythingIsMeasuredInSevenRounds() {
    CompareOptions options = parse();

    assertThat(options.rounds()).isEqualTo(7);
    assertThat(options.quick()).isFalse();
    assertThat(options.json()).isFalse();
    assertThat(options.directory()).isEqualTo(Path.of("here"));
    assertThat(names(false)).allMatch(name -> options.only().matcher(name).find());
  }

  @Test
  void quickMeansThreeRoundsUnlessTheyAreGiven() {
    assertThat(parse("--quick").rounds()).isEqualTo(3);
    assertThat(parse("--rounds", "5", "--quick").rounds()).isEqualTo(5);
  }

  @Test
  void onlyIsFoundAnywhereInAName() {
    CompareOptions options =
        parse("--only", "^append-\\d+k?-full$|meta", "--json", "--directory", "there");

    assertThat(names(true))
        .filteredOn(name -> options.only().matcher(name).find())
        .containsExactly("append-120-full", "append-4k-full", "meta");
    assertThat(options.json()).isTrue();
    assertThat(options.directory()).isEqualTo(Path.of("there"));
  }

  @Test
  void everyFigureHasANameOfItsOwn() {
    assertThat(names(false)).doesNotHaveDuplicates().contains("list-10-of-1000000");
  }

  @Test
  void whatIsUnknownIncompleteOrWrongIsRefused() {
    assertThatThrownBy(() -> parse("--fast"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown option --fast");
    assertThatThrownBy(() -> parse("--rounds")).hasMessageContaining("found none");
    assertThatThrownBy(() -> parse("--rounds", "0")).hasMessageContaining("found 0");
    assertThatThrownBy(() -> parse("--only", "(")).isInstanceOf(IllegalArgumentException.class);
  }
}
