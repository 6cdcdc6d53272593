package org.kyneta.faults.postgres;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.kyneta.faults.SkippedException;

/**
 * Three machines, each a network namespace with etcd, Patroni and its PostgreSQL, on a bridge. Not
 * safe for use by several threads.
 *
 * <p>Patroni speaks etcd's version 2: by way of version 3, Patroni 3.0 (Debian 12) lets a leader
 * that was cut off put its name back without asking whether there is another one since ({@code
 * Etcd3._update_leader}), and what that one has acknowledged is lost, whoever asked for it.
 */
final class PatroniCluster implements AutoCloseable {

  static final int NODES = 3;

  /** For how long a leader is one without confirming it, in seconds. */
  static final int TTL = 20;

  private static final String BRIDGE = "kyneta0";
  private static final String NETWORK = "10.87.23.";
  private static final Path PATRONI = Path.of("/usr/bin/patroni");
  private static final Path ETCD = Path.of("/usr/bin/etcd");

  private final Path folder;
  private final boolean isSynchronous;
  private final List<Process> processes = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /**
   * Starts it; that there is a leader is not awaited.
   *
   * @param folder an empty folder
   * @param isSynchronous whether commits wait for one of the others
   */
  PatroniCluster(Path folder, boolean isSynchronous) throws IOException {
    this.folder = folder;
    this.isSynchronous = isSynchronous;
    require();
    removeNetwork();
    boolean isUp = false;
    try {
      run("chmod", "755", folder.toString());
      run("ip", "link", "add", BRIDGE, "type", "bridge");
      run("ip", "addr", "add", NETWORK + "1/24", "dev", BRIDGE);
      run("ip", "link", "set", BRIDGE, "up");
      for (int node = 0; node < NODES; node++) {
        addMachine(node);
      }
      for (int node = 0; node < NODES; node++) {
        start(node);
      }
      isUp = true;
    } finally {
      if (!isUp) {
        close();
      }
    }
  }

  private static void require() {
    boolean isRoot = "root".equals(System.getProperty("user.name"));
    if (!isRoot || !Files.isExecutable(PATRONI) || !Files.isExecutable(ETCD)) {
      throw new SkippedException(
          "needs root and Patroni with etcd: apt-get install patroni etcd-server iproute2");
    }
  }

  private static String namespace(int node) {
    return "kyneta-n" + node;
  }

  private static String wire(int node) {
    return "kyneta-w" + node;
  }

  /** Returns the address of a machine. */
  static String host(int node) {
    return NETWORK + (10 + node);
  }

  /** Returns the JDBC address of a database on whichever machine leads. */
  static String url(String database) {
    String hosts =
        IntStream.range(0, NODES).mapToObj(n -> host(n) + ":5432").collect(Collectors.joining(","));
    return "jdbc:postgresql://%s/%s?user=postgres&targetServerType=primary&hostRecheckSeconds=0"
            .formatted(hosts, database)
        + "&connectTimeout=2&loginTimeout=4&socketTimeout=10";
  }

  /** Returns the JDBC address of a database on one machine. */
  static String url(int node, String database) {
    return "jdbc:postgresql://%s:5432/%s?user=postgres&connectTimeout=2&loginTimeout=4&socketTimeout=10"
        .formatted(host(node), database);
  }

  private void addMachine(int node) throws IOException {
    run("ip", "netns", "add", namespace(node));
    run(
        "ip",
        "link",
        "add",
        wire(node),
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        namespace(node));
    run("ip", "link", "set", wire(node), "master", BRIDGE, "up");
    run("ip", "-n", namespace(node), "addr", "add", host(node) + "/24", "dev", "eth0");
    run("ip", "-n", namespace(node), "link", "set", "eth0", "up");
    run("ip", "-n", namespace(node), "link", "set", "lo", "up");
    Path home = Files.createDirectory(folder.resolve("n" + node));
    Files.writeString(home.resolve("patroni.yml"), settings(node, home));
    run("chown", "-R", "postgres:", home.toString());
  }

  /** Starts what runs on a machine. */
  void start(int node) throws IOException {
    Path home = folder.resolve("n" + node);
    String peers =
        IntStream.range(0, NODES)
            .mapToObj(n -> "n%d=http://%s:2380".formatted(n, host(n)))
            .collect(Collectors.joining(","));
    String client = "http://" + host(node) + ":2379";
    String peer = "http://" + host(node) + ":2380";
    launch(
        node,
        "etcd",
        ETCD.toString(),
        "--name",
        "n" + node,
        "--data-dir",
        home.resolve("etcd").toString(),
        "--initial-advertise-peer-urls",
        peer,
        "--listen-peer-urls",
        peer,
        "--listen-client-urls",
        client,
        "--advertise-client-urls",
        client,
        "--initial-cluster",
        peers,
        "--initial-cluster-state",
        "new",
        "--enable-v2",
        "--heartbeat-interval",
        "250",
        "--election-timeout",
        "2500");
    launch(node, "patroni", PATRONI.toString(), home.resolve("patroni.yml").toString());
  }

  private void launch(int node, String name, String... program) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "ip",
                "netns",
                "exec",
                namespace(node),
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                "--pdeathsig=KILL"));
    command.addAll(List.of(program));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.directory(folder.resolve("n" + node).toFile());
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(
            folder.resolve("n" + node).resolve(name + ".log").toFile()));
    processes.add(builder.start());
  }

  private String settings(int node, Path home) {
    String etcds =
        IntStream.range(0, NODES)
            .mapToObj(n -> host(n) + ":2379")
            .collect(Collectors.joining(", "));
    return """
    scope: kyneta
    name: n%1$d
    restapi: {listen: '%2$s:8008', connect_address: '%2$s:8008'}
    etcd: {hosts: [%3$s]}
    bootstrap:
      dcs:
        ttl: %4$d
        loop_wait: 4
        retry_timeout: 5
        maximum_lag_on_failover: 104857600
        synchronous_mode: %5$s
        postgresql: {use_pg_rewind: true}
      initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
      pg_hba: [host all all 0.0.0.0/0 trust, host replication all 0.0.0.0/0 trust]
    postgresql:
      listen: %2$s:5432
      connect_address: %2$s:5432
      data_dir: %6$s/data
      bin_dir: %7$s
      pgpass: %6$s/pgpass
      authentication: {replication: {username: postgres}, superuser: {username: postgres}}
      parameters: {unix_socket_directories: '%6$s', max_connections: 60, shared_buffers: 32MB, wal_log_hints: 'on'}
    """
        .formatted(node, host(node), etcds, TTL, isSynchronous, home, programs());
  }

  private static Path programs() {
    Path versions = Path.of("/usr/lib/postgresql");
    try (var found = Files.list(versions)) {
      return found
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
          .max(Path::compareTo)
          .orElseThrow(() -> new SkippedException("needs apt-get install postgresql"));
    } catch (IOException e) {
      throw new SkippedException("needs apt-get install postgresql");
    }
  }

  /** Sends a signal to all processes of a machine. */
  void signal(int node, String signal) throws IOException {
    String pids = run("ip", "netns", "pids", namespace(node)).strip();
    signal(pids.lines().map(Long::valueOf).toList(), signal);
  }

  /** Sends a signal to processes, those that have ended left out. */
  static void signal(List<Long> pids, String signal) throws IOException {
    for (long pid : pids) {
      attempt(List.of("kill", "-" + signal, Long.toString(pid)));
    }
  }

  /** Pulls a machine's wire, or puts it in again. */
  void connect(int node, boolean isConnected) throws IOException {
    run("ip", "link", "set", wire(node), isConnected ? "up" : "down");
  }

  /**
   * Returns how many may follow the leader for their being synchronous, as a machine's Patroni has
   * it.
   */
  int heirs(int node) {
    String cluster = ask(HttpRequest.newBuilder(patroni(node, "cluster")));
    return cluster.split("\"sync_standby\"", -1).length - 1;
  }

  /** Tells a machine to throw its database away and copy the leader's. */
  void beginAnew(int node) {
    ask(
        HttpRequest.newBuilder(patroni(node, "reinitialize"))
            .POST(HttpRequest.BodyPublishers.ofString("{\"force\": true}")));
  }

  private static URI patroni(int node, String path) {
    return URI.create("http://%s:8008/%s".formatted(host(node), path));
  }

  /** Returns an answer; nothing if there is none yet, or no more. */
  private String ask(HttpRequest.Builder question) {
    try {
      HttpRequest request = question.timeout(Duration.ofSeconds(4)).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Returns the end of a machine's log. */
  String log(int node) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("n" + node).resolve("patroni.log"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(List.of(command) + ": " + output);
    }
    return output;
  }

  private static void attempt(List<String> command) throws IOException {
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .onExit()
        .join();
  }

  private static void removeNetwork() throws IOException {
    for (int node = 0; node < NODES; node++) {
      attempt(List.of("ip", "netns", "del", namespace(node)));
      attempt(List.of("ip", "link", "del", wire(node)));
    }
    attempt(List.of("ip", "link", "del", BRIDGE));
  }

  /** Kills everything and takes the network away. */
  @Override
  public void close() throws IOException {
    for (int node = 0; node < NODES; node++) {
      if (Files.exists(Path.of("/run/netns", namespace(node)))) {
        signal(node, "KILL");
      }
    }
    for (Process process : processes) {
      process.destroyForcibly();
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    client.close();
    removeNetwork();
  }
}
