package org.kyneta.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.kyneta.cli.StoreLocation.Writing;
import org.kyneta.relay.Relay;
import org.kyneta.relay.RelayBuilder;
import org.kyneta.relay.RelayLimits;
import org.kyneta.sql.Format;
import org.kyneta.sql.SqlStore;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.Durability;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a relay over a store until it is told to stop. */
@Command(
    name = ServeCommand.NAME,
    header = "Serve documents to JavaScript clients, and keep what they write.",
    description = {
      "",
      "Clients connect by WebSocket to any path, converge, and find their documents again after a"
          + " restart. What one client is sent of another's changes is on the disk before. The"
          + " store is created if it does not exist, in a database its tables. A file has one relay"
          + " at a time; over a database any number may run, on machines of their own, and a client"
          + " of one sees what a client of another writes. A relay that loses the connection by"
          + " which it keeps exclusive users of a database out stops with an error.",
      "",
      "Without a token the relay listens where only this machine can reach it. GET /healthz says"
          + " whether it runs, GET /metrics how it does, in Prometheus' format. SIGTERM stops it:"
          + " it stores what has come, and says farewell to its clients, within 5 seconds."
    },
    footer = {
      "",
      "Example: kyneta serve --store notes.db --port 8787",
      "Example: kyneta serve --store postgresql://app@db.example.org/notes"
    })
final class ServeCommand extends Subcommand {

  /** How many threads run virtual ones, as the documentation of {@link Thread} has it. */
  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  static final String NAME = "serve";

  private static final int DEFAULT_PORT = 8_787;

  @Option(
      names = "--store",
      paramLabel = "STORE",
      converter = StoreLocation.Converter.class,
      description = StoreLocation.HELP + " By default ${DEFAULT-VALUE}.",
      defaultValue = "kyneta.db")
  @SuppressWarnings("NullAway.Init")
  private StoreLocation location;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port, by default " + DEFAULT_PORT + "; 0 for one that is free.")
  private int port = DEFAULT_PORT;

  @Option(
      names = "--host",
      paramLabel = "ADDR",
      description = "The name or address to listen on, by default localhost; 0.0.0.0 for all.")
  private String host = "localhost";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file with a token that clients must send, as Authorization: Bearer or as ?token=.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--open",
      description = "Let everybody connect who can reach the relay, without a token.")
  private boolean open;

  @Option(
      names = "--origin",
      paramLabel = "ORIGIN",
      description =
          "A web page that may connect, such as https://example.org; repeatable. By default all "
              + "with a token or --open, else only pages of this machine.")
  private Set<String> origins = new LinkedHashSet<>();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The relay's certificate chain in PEM form, to serve wss:// and https://.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's key in PEM form (PKCS #8).")
  private @Nullable Path key;

  @Option(
      names = "--durability",
      paramLabel = "full|normal",
      description =
          "When a change counts as stored in a file: full, the default, survives a power failure; "
              + "normal survives a crash of the relay. A database has a setting for it, "
              + "synchronous_commit.")
  private @Nullable DurabilityName durability;

  @Option(
      names = "--max-message",
      paramLabel = "BYTES",
      description = "The largest message that is taken, by default 67108864 (64 MiB).")
  private int maxMessage = RelayLimits.DEFAULT.messageBytes();

  @Option(
      names = "--compact-plain",
      description =
          "Compact plain documents too as they grow, as is done with all others. A JavaScript relay"
              + " cannot take such a store over.")
  private boolean compactPlain;

  @Option(
      names = "--format",
      paramLabel = "1|2",
      converter = FormatConverter.class,
      description = "The format that the store must have; a new one has format 2.")
  private @Nullable Format format;

  @Mixin private final JsonOption json = new JsonOption();

  /** How durabilities are called on the command line. */
  enum DurabilityName {
    FULL,
    NORMAL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Lets virtual threads have two more carriers than there are processors, unless told otherwise:
   * SQLite's native code keeps one while it waits for the disk, and another while it reads. Only
   * has an effect before the first virtual thread.
   */
  private static void addCarriers() {
    if (System.getProperty(CARRIERS) == null) {
      int carriers = Runtime.getRuntime().availableProcessors() + 2;
      System.setProperty(CARRIERS, Integer.toString(carriers));
    }
  }

  @Override
  int run() {
    addCarriers();
    RelayBuilder builder = builder();
    CountDownLatch toStop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook = new Thread(() -> stop(toStop, stopped), "kyneta-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    AtomicReference<@Nullable String> lost = new AtomicReference<>();
    try (OpenStore open = StoreArgument.openToWrite(location, writing());
        Relay relay = builder.store(open.store()).start()) {
      open.lease()
          .onLoss(problem -> {
            lost.set(problem);
            toStop.countDown();
            // Writes that still run would be beside others', or wait for a server that is silent.
            open.connections().close();
          });
      announce(relay.uri(), open.store());
      toStop.await();
    } catch (IllegalStateException e) {
      throw new Failure(e.getMessage() + " (see --token-file and --open)", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
    String problem = lost.get();
    if (problem != null) {
      throw new Failure(
          "%s: %s; others may change it now as no relay expects".formatted(location, problem));
    }
    return Kyneta.DONE;
  }

  /** Java ends the process when this returns, so all must be closed by then. */
  private static void stop(CountDownLatch toStop, CountDownLatch stopped) {
    toStop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private RelayBuilder builder() {
    if ((certificate == null) != (key == null)) {
      throw wrongUsage("expected --tls-cert and --tls-key together, found one of them");
    }
    RelayBuilder builder = Relay.builder().host(host).origins(origins);
    try {
      builder.port(port).limits(RelayLimits.DEFAULT.withMessageBytes(maxMessage));
    } catch (IllegalArgumentException e) {
      throw wrongUsage(String.valueOf(e.getMessage()));
    }
    if (open) {
      builder.openToEverybody();
    }
    if (compactPlain) {
      builder.compactPlain();
    }
    try {
      if (tokenFile != null) {
        builder.token(token(tokenFile));
      }
      return certificate == null || key == null ? builder : builder.tls(certificate, key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String token(Path file) throws IOException {
    String token = Files.readString(file).strip();
    if (token.isEmpty()) {
      throw new Failure(file + ": expected a token, found an empty file");
    }
    return token;
  }

  private Writing writing() {
    if (durability != null && location instanceof StoreServer) {
      throw wrongUsage(
          "--durability: expected a file, found a database, whose own setting counts"
              + " (?options=-csynchronous_commit=… in its address)");
    }
    return Writing.by(NAME, TableNames.DEFAULT)
        .withFormat(format, Format.V2)
        .withDurability(durability == DurabilityName.NORMAL ? Durability.NORMAL : Durability.FULL);
  }

  private void announce(URI uri, SqlStore store) {
    Fields fields = new Fields().put("uri", uri.toString());
    String where;
    String how;
    switch (location) {
      case StoreFile(Path file) -> {
        where = file.toAbsolutePath().normalize().toString();
        String kept = Objects.requireNonNullElse(durability, DurabilityName.FULL).toString();
        fields.put("store", where).put("format", store.format().number()).put("durability", kept);
        how = "SQLite, %s, durability %s".formatted(store.format(), kept);
      }
      case StoreServer server -> {
        where = server.toString();
        fields.put("store", where).put("format", store.format().number());
        how = "PostgreSQL, %s, other relays may join".formatted(store.format());
      }
    }
    if (json.isOn()) {
      out().line(fields.toJson());
    } else {
      out()
          .line(
              "listening on %s, stored in %s (%s); a client connects with createWebsocketClient({ url: \"%s%s\" })"
                  .formatted(
                      uri, Shown.line(where), how, uri, tokenFile == null ? "" : "?token=…"));
    }
    out().flush();
  }
}
