package org.kyneta.testkit.flaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.kyneta.testkit.Trait;

/** That the kit finds each flaw, by the test that is meant for it, and finds none where none is. */
final class FlawsTest {

  /** A test that no flaw but the grossest can fail. */
  private static final String BASIC = "appendAndLoadKeepOrderAndKinds";

  /** Some flaws show in a race only, which is won often on a machine that is busy. */
  private static final int ATTEMPTS = 40;

  static Stream<Flaw> flaws() {
    return Stream.of(
            IdFlaws.ALL,
            ListingFlaws.ALL,
            RecordFlaws.ALL,
            MetadataFlaws.ALL,
            ValidationFlaws.ALL,
            WriteFlaws.ALL,
            HeadFlaws.ALL,
            CursorFlaws.ALL,
            PoolFlaws.ALL,
            SharingFlaws.ALL,
            CloseFlaws.ALL)
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("flaws")
  void flawIsFoundByItsTests(Flaw flaw) {
    Set<String> missed = new TreeSet<>(flaw.tests());
    for (int i = 0; i < ATTEMPTS && !missed.isEmpty(); i++) {
      Outcome outcome = run(flaw, name -> missed.contains(name) || name.equals(BASIC));
      missed.removeAll(outcome.failed.keySet());
      if (!flaw.tests().contains(BASIC)) {
        assertThat(outcome.passed).contains(BASIC);
      }
    }
    assertThat(missed).isEmpty();
  }

  @Test
  void soundStorePassesAllTests() {
    Outcome outcome = run(Flaw.of("none", Sketch::new), name -> true);
    assertThat(outcome.failed).isEmpty();
    assertThat(outcome.aborted).isEmpty();
    assertThat(outcome.passed).hasSizeGreaterThan(150);
  }

  @Test
  void traitsThatAreNotDeclaredAbortTheirTestsVisibly() {
    Flaw modest = Flaw.of("none", Sketch::new).without(Trait.FAULTS, Trait.NEIGHBOURS);
    Outcome outcome =
        run(
            modest,
            name ->
                name.startsWith("neighbours")
                    || name.contains("ThatFails")
                    || name.startsWith("failure"));
    assertThat(outcome.failed).isEmpty();
    assertThat(outcome.passed).isEmpty();
    assertThat(outcome.aborted).hasSize(8);
    assertThat(outcome.aborted.values())
        .allMatch(why -> why.contains("does not declare the trait"));
  }

  /** A test that cannot fail is a defect. */
  @Test
  void everyTestIsMeantForAFlaw() {
    Set<String> idle = new TreeSet<>(run(Flaw.of("none", Sketch::new), name -> true).passed);
    flaws().forEach(flaw -> idle.removeAll(flaw.tests()));
    assertThat(idle).isEmpty();
  }

  /** What became of the tests, by their names; of several runs of one, the worst. */
  private static final class Outcome implements TestExecutionListener {

    final Set<String> passed = new TreeSet<>();
    final Map<String, String> failed = new TreeMap<>();
    final Map<String, String> aborted = new TreeMap<>();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (!(test.getSource().orElse(null) instanceof MethodSource source)) {
        return;
      }
      String name = source.getMethodName();
      String problem = result.getThrowable().map(Throwable::toString).orElse("");
      switch (result.getStatus()) {
        case FAILED -> failed.put(name, problem);
        case ABORTED -> aborted.put(name, problem);
        case SUCCESSFUL -> passed.add(name);
      }
      passed.removeAll(failed.keySet());
    }
  }

  private static Outcome run(Flaw flaw, Predicate<String> names) {
    FlawedRun.flaw = flaw;
    PostDiscoveryFilter filter =
        test ->
            FilterResult.includedIf(
                !(test.getSource().orElse(null) instanceof MethodSource source)
                    || names.test(source.getMethodName()));
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(FlawedRun.class))
            .filters(filter)
            .build();
    Outcome outcome = new Outcome();
    LauncherFactory.create().execute(request, outcome);
    return outcome;
  }
}
