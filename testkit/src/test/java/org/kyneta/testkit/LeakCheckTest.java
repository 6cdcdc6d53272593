package org.kyneta.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Watch;

/** That whoever leaves something open sees it red, with the place where it was opened. */
class LeakCheckTest {

  private static final List<Watch> LATER = new ArrayList<>();

  /** Runs a class of tests that leak, and returns what has failed, by its name. */
  private static Map<String, Throwable> failures(Class<?> tests) {
    assertThat(LeakDetector.isOn()).as("-D%s=true".formatted(LeakDetector.PROPERTY)).isTrue();
    Map<String, Throwable> failures = new TreeMap<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result
                    .getThrowable()
                    .ifPresent(thrown -> failures.put(test.getDisplayName(), thrown));
              }
            });
    return failures;
  }

  private static void assertOpenedIn(@Nullable Throwable failure, String method) {
    assertThat(failure).isInstanceOf(AssertionError.class);
    assertThat(requireNonNull(requireNonNull(failure).getCause()).getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals(method));
  }

  @Test
  void whatIsClosedUnderItsUsersFailsTheTestThatDidIt() {
    Map<String, Throwable> failures = failures(OutlivingTests.class);
    assertThat(failures).containsOnlyKeys("outlives()");
    assertThat(failures.get("outlives()"))
        .hasMessageContaining("a thing was open when its store was closed");
    assertOpenedIn(failures.get("outlives()"), "open");
  }

  @Test
  void whatIsStillOpenFailsTheClass() {
    Map<String, Throwable> failures = failures(StillOpenTests.class);
    assertThat(failures).containsOnlyKeys("LeakCheckTest$StillOpenTests");
    Throwable failure = failures.get("LeakCheckTest$StillOpenTests");
    assertThat(failure).hasMessageContaining("a thing is still open");
    assertOpenedIn(failure, "leavesOpen");
  }

  @Test
  void whatIsGarbageIsReported() {
    Map<String, Throwable> failures = failures(ForgettingTests.class);
    assertThat(failures).containsOnlyKeys("forgets()");
    assertThat(failures.get("forgets()"))
        .hasMessageContaining("an object was forgotten before it was closed");
    assertOpenedIn(failures.get("forgets()"), "forget");
  }

  /** Something that may become garbage. */
  static final class Resource {}

  @ExtendWith(LeakCheck.class)
  static class OutlivingTests {

    private static Watch open() {
      return LeakDetector.watch("a thing");
    }

    @Test
    void outlives() {
      open().outlived();
    }

    @Test
    void closes() {
      Watch watch = open();
      watch.closed();
      watch.outlived();
    }

    @Test
    @LeavesOpen("to see that it may")
    void outlivesOnPurpose() {
      open().outlived();
    }
  }

  @ExtendWith(LeakCheck.class)
  static class StillOpenTests {

    private static Watch ofAll;

    @BeforeAll
    static void openForAll() {
      ofAll = LeakDetector.watch("a thing of all tests");
    }

    @AfterAll
    static void closeForAll() {
      ofAll.closed();
    }

    @Test
    void leavesOpen() {
      LATER.add(LeakDetector.watch("a thing"));
    }

    @Test
    @LeavesOpen("to see that it may")
    void leavesOpenOnPurpose() {
      LATER.add(LeakDetector.watch("a thing on purpose"));
    }
  }

  @ExtendWith(LeakCheck.class)
  static class ForgettingTests {

    private Watch probe = Watch.NONE;

    @BeforeEach
    void noReports() {
      assertThat(LeakDetector.takeReports()).isEmpty();
    }

    private Watch forget() {
      return LeakDetector.watch(new Resource(), "an object");
    }

    @Test
    void forgets() throws InterruptedException {
      probe = forget();
      while (probe.isOpen()) {
        System.gc();
        Thread.sleep(10);
      }
    }
  }
}
