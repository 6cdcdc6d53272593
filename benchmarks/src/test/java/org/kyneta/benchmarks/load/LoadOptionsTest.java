package org.kyneta.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kyneta.benchmarks.load.Fleet.Pace;
import org.kyneta.benchmarks.load.LoadOptions.Kind;

class LoadOptionsTest {

  private static LoadOptions parse(String... arguments) {
    return LoadOptions.parse(List.of(arguments), Path.of("here"));
  }

  @Test
  void withoutArgumentsAThousandClientsTypeForTwoMinutesEach() {
    LoadOptions options = parse();

    assertThat(options.kind()).isEqualTo(Kind.STEADY);
    assertThat(options.connections()).isEqualTo(1_000);
    assertThat(options.documents()).isEqualTo(1_000);
    assertThat(options.seconds()).isEqualTo(120);
    assertThat(options.durabilities()).containsExactly("full", "normal");
  }

  @Test
  void killsAndHostileTakeANumberOrNone() {
    assertThat(parse("--kills").kills()).isEqualTo(100);
    assertThat(parse("--kills", "7", "--seed", "3").kills()).isEqualTo(7);
    assertThat(parse("--kills", "--json").json()).isTrue();
    assertThat(parse("--hostile").seconds()).isEqualTo(600);
    assertThat(parse("--hostile", "30").serverHeap()).isEqualTo("256m");
  }

  @Test
  void theProfileOfTheOriginalIsTwentyDocumentsWith64EditsInFlight() {
    LoadOptions options = parse("--profile", "original");

    assertThat(options.documents()).isEqualTo(20);
    assertThat(options.connections()).isEqualTo(40);
    assertThat(options.pace()).isEqualTo(new Pace(0, 64));
  }

  @Test
  void whatIsUnknownIncompleteOrWrongIsRefused() {
    assertThatThrownBy(() -> parse("--fast")).hasMessage("unknown option --fast");
    assertThatThrownBy(() -> parse("--seconds")).hasMessageContaining("found none");
    assertThatThrownBy(() -> parse("--connections", "1")).hasMessageContaining("at least 2");
    assertThatThrownBy(() -> parse("--durability", "some")).hasMessageContaining("found some");
  }
}
