package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks into the process of a relay: what its heap holds, and what it has counted. */
final class Probe {

  private static final Pattern USED = Pattern.compile("used (\\d+)K");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");
  private static final int MILLIS = 20_000;

  private final ServerProcess server;

  Probe(ServerProcess server) {
    this.server = server;
  }

  /** Returns how many bytes of heap are in use after a full collection. */
  long heapBytes() throws IOException {
    // What was only kept until references were handled goes with the second one.
    String _ = jcmd("GC.run") + jcmd("GC.run");
    long kibibytes = 0;
    for (String line : jcmd("GC.heap_info").lines().toList()) {
      Matcher used = USED.matcher(line);
      if (!line.contains("Metaspace") && !line.contains("class space") && used.find()) {
        kibibytes += Long.parseLong(used.group(1));
      }
    }
    if (kibibytes == 0) {
      throw new IOException("expected jcmd GC.heap_info to tell how much is used, found nothing");
    }
    return kibibytes << 10;
  }

  private String jcmd(String command) throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(List.of(jcmd.toString(), Long.toString(server.pid()), command))
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Returns how many bytes of memory the process has, or 0 where the system does not say. */
  long residentBytes() throws IOException {
    Path status = Path.of("/proc", Long.toString(server.pid()), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    Matcher resident = RESIDENT.matcher(Files.readString(status));
    return resident.find() ? Long.parseLong(resident.group(1)) << 10 : 0;
  }

  /** Returns the sum of all series of a metric, 0 if there is none. */
  double metric(String name) throws IOException {
    double sum = 0;
    for (String line : page("/metrics").lines().toList()) {
      if (line.startsWith(name + " ") || line.startsWith(name + "{")) {
        sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
      }
    }
    return sum;
  }

  private String page(String path) throws IOException {
    URI page = URI.create("http://localhost:" + server.address().getPort() + path);
    HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
    connection.setConnectTimeout(MILLIS);
    connection.setReadTimeout(MILLIS);
    try (var in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      connection.disconnect();
    }
  }
}
