package org.kyneta.testkit;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Leak;

/**
 * Fails a test within which a leak was reported, and a test class after which something is still
 * open. It needs {@link LeakDetector} to be on, and does nothing otherwise.
 *
 * <p>JUnit finds it by itself where {@code junit.jupiter.extensions.autodetection.enabled} is
 * {@code true}. Tests must not run in parallel. A report that comes of garbage may fail a later
 * test than the one that leaked: the stack says where that was.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  /** What is closed by another thread needs a moment. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MOST_SHOWN = 9;

  /** For JUnit. */
  public LeakCheck() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    LeakDetector.pause(leavesOpen(context));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    LeakDetector.pause(false);
    refuse(LeakDetector.takeReports());
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    // What the enclosing class has open is its own to close, later.
    if (!AnnotationSupport.isAnnotated(context.getRequiredTestClass(), Nested.class)) {
      refuse(LeakDetector.takeReports());
      refuse(LeakDetector.awaitAllClosed(PATIENCE));
    }
  }

  private static boolean leavesOpen(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getElement(), LeavesOpen.class)
        || AnnotationSupport.isAnnotated(context.getTestClass(), LeavesOpen.class);
  }

  private static void refuse(List<Leak> leaks) {
    if (leaks.isEmpty()) {
      return;
    }
    AssertionError error =
        new AssertionError(
            "expected nothing to be left open, found %d: first, %s"
                .formatted(leaks.size(), leaks.getFirst()));
    error.initCause(leaks.getFirst().openedAt());
    leaks.stream().skip(1).limit(MOST_SHOWN).map(Leak::openedAt).forEach(error::addSuppressed);
    throw error;
  }
}
