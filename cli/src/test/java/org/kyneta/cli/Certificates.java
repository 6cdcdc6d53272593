package org.kyneta.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Certificates of tests' own, by openssl, which Debian's PostgreSQL needs itself.
 *
 * @param folder where they are put, as NAME.crt with NAME.key
 */
record Certificates(Path folder) {

  /** Makes an authority, {@code ca}. */
  static Certificates in(Path folder) throws IOException, InterruptedException {
    Certificates certificates = new Certificates(folder);
    Files.writeString(folder.resolve("settings"), settings(folder));
    Files.createFile(folder.resolve("index"));
    certificates.selfSigned("ca", "an authority");
    return certificates;
  }

  private static String settings(Path folder) {
    return """
    [ca]
    default_ca = own
    [own]
    database = %1$s/index
    new_certs_dir = %1$s
    rand_serial = yes
    unique_subject = no
    default_md = sha256
    policy = any
    copy_extensions = copy
    certificate = %1$s/ca.crt
    private_key = %1$s/ca.key
    [any]
    commonName = supplied
    """
        .formatted(folder);
  }

  Path certificate(String name) {
    return folder.resolve(name + ".crt");
  }

  Path key(String name) {
    return folder.resolve(name + ".key");
  }

  /** Makes a certificate that nobody vouches for. */
  void selfSigned(String name, String host) throws IOException, InterruptedException {
    List<String> command = request(name, host, certificate(name));
    command.addAll(List.of("-x509", "-days", "2"));
    run(command);
  }

  /**
   * Makes a certificate that the authority vouches for.
   *
   * @param end until when, as 20300131000000Z
   */
  void signed(String name, String host, String end) throws IOException, InterruptedException {
    Path request = folder.resolve(name + ".csr");
    run(request(name, host, request));
    String settings = folder.resolve("settings").toString();
    String out = certificate(name).toString();
    run(
        List.of(
            "openssl",
            "ca",
            "-batch",
            "-notext",
            "-config",
            settings,
            "-in",
            request.toString(),
            "-out",
            out,
            "-startdate",
            "20200101000000Z",
            "-enddate",
            end));
  }

  private List<String> request(String name, String host, Path out) {
    return new ArrayList<>(
        List.of(
            "openssl",
            "req",
            "-new",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=" + host,
            "-addext",
            "subjectAltName=DNS:" + host.replace(' ', '-'),
            "-keyout",
            key(name).toString(),
            "-out",
            out.toString()));
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ":\n" + output);
    }
  }
}
