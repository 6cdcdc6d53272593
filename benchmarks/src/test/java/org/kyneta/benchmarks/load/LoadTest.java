package org.kyneta.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.relay.wire.Message.Offer;

/** Small runs against a real relay, and one in which something is lost. */
@Timeout(60)
class LoadTest {

  private static final Path SHARED = Path.of("..", "..", "shared").toAbsolutePath().normalize();

  @TempDir private Path directory;

  @BeforeEach
  void requireSessions() {
    if ("true".equals(System.getenv("CI"))) {
      assertThat(SHARED.resolve("traces")).exists();
    }
    assumeTrue(
        Files.exists(SHARED.resolve("traces")), SHARED + "/traces is absent, the test is skipped");
  }

  private LoadOptions options(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("--connections", "10", "--documents", "10", "--durability"));
    all.add("normal");
    all.addAll(List.of(arguments));
    return LoadOptions.parse(all, directory);
  }

  private static Site site(LoadOptions options, Predicate<Offer> hears) throws IOException {
    return Site.open(options, options.durabilities().getFirst(), SHARED.resolve("traces"), hears)
        .withTimeToSettle(Duration.ofMillis(1_500));
  }

  @Test
  void underSteadyLoadEveryEditIsReceivedAndKept() throws IOException {
    LoadOptions options = options("--seconds", "2", "--rate", "500");
    try (Site site = site(options, offer -> true)) {
      Result result = new SteadyRun(options, site).run("normal");
      assertThat(result.problems()).isEmpty();
      assertThat(result.number("sent")).isGreaterThan(300);
      assertThat(result.number("latencyCount")).isGreaterThan(200);
      assertThat(result.number("missing")).isZero();
    }
    assertThat(directory).as("what a run leaves").isEmptyDirectory();
  }

  @Test
  void whatIsTypedAtOneOfTwoRelaysIsReceivedAtTheOtherAndKept() throws IOException {
    LoadOptions options =
        LoadOptions.parse(
            List.of(
                "--relays",
                "2",
                "--connections",
                "20",
                "--documents",
                "10",
                "--seconds",
                "3",
                "--rate",
                "300"),
            directory);
    try (Site site = site(options, offer -> true)) {
      Result result = new SteadyRun(options, site).run("full");
      assertThat(result.problems()).isEmpty();
      assertThat(result.number("sent")).isGreaterThan(300);
      assertThat(result.number("latencyCount")).isGreaterThan(200);
      assertThat(result.number("missing")).isZero();
    }
    assertThat(directory).as("what a run leaves").isEmptyDirectory();
  }

  @Test
  void anEditThatAReceiverLosesIsNoticed() throws IOException {
    LoadOptions options = options("--seconds", "1", "--rate", "500");
    AtomicInteger heard = new AtomicInteger();
    try (Site site = site(options, offer -> heard.incrementAndGet() != 100)) {
      Result result = new SteadyRun(options, site).run("normal");
      assertThat(result.problems()).isNotEmpty();
      assertThat(result.number("missing")).isPositive();
    }
  }

  @Test
  void whatWasAcknowledgedSurvivesTheDeathOfTheRelay() throws IOException {
    LoadOptions options = options("--kills", "2");
    try (Site site = site(options, offer -> true)) {
      Result result = new KillsRun(options, site).run("normal");
      assertThat(result.problems()).isEmpty();
      assertThat(result.number("cycles")).isEqualTo(2);
      assertThat(result.number("acknowledged")).isGreaterThan(100);
      assertThat(result.number("missing")).isZero();
    }
  }

  @Test
  void anAcknowledgedEditThatTheRelayLacksIsNoticed() throws IOException {
    LoadOptions options = options("--kills", "1");
    try (Site site = site(options, offer -> true)) {
      site.connect();
      site.openDocuments();
      site.loop().run(site.fleet()::type);
      site.await("some edits to be received", () -> site.fleet().acknowledged() > 200);
      site.loop().run(site.fleet()::stayAway);
      site.server().kill();
      site.await("all connections to end", site.fleet()::isAway);
      site.server().forget();
      site.server().start();
      site.connect();
      site.await("the relay to ask again", site.fleet()::isOpen);
      assertThat(site.loop().call(site.fleet()::missing)).isGreaterThan(200);
    }
  }

  @Test
  void hostileClientsHarmNobody() throws IOException {
    LoadOptions options = options("--hostile", "3", "--rate", "200", "--server-heap", "128m");
    try (Site site = site(options, offer -> true)) {
      Result result =
          new HostileRun(options, site, Captures.read(SHARED.resolve("captures"))).run("normal");
      assertThat(result.problems()).isEmpty();
      assertThat(result.number("hostileCount")).isPositive();
      assertThat(result.number("sessionsMutatedFrames")).isPositive();
      assertThat(result.number("missing")).isZero();
    }
  }
}
