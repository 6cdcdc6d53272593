package org.kyneta.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Shared libraries that are made of sources in C when they are needed. */
public final class CLibrary {

  /** The system property that says where the sources are. */
  static final String CHECKOUT = "kyneta.checkout";

  private static final String DEBIAN = "build-essential";

  private CLibrary() {}

  /** Returns a file or folder of the checkout. */
  public static Path inCheckout(String path) {
    return Path.of(System.getProperty(CHECKOUT)).resolve(path);
  }

  /**
   * Makes one of this module's libraries.
   *
   * @param name such as {@code disk.so}
   * @param build an existing folder for it
   * @return where it is
   * @throws SkippedException if this machine lacks what it takes
   */
  public static Path make(String name, Path build) throws IOException, InterruptedException {
    return make(inCheckout("faults/c"), name, build);
  }

  /**
   * Makes a target of a Makefile that puts what it makes into the folder {@code BUILD}.
   *
   * @param source the Makefile's folder
   * @param name the target's name within the build's folder
   * @param build an existing folder
   * @param variables such as {@code CFLAGS=-O1}
   * @return where it is
   * @throws SkippedException if this machine lacks what it takes
   */
  public static Path make(Path source, String name, Path build, String... variables)
      throws IOException, InterruptedException {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new SkippedException("needs Linux, found " + System.getProperty("os.name"));
    }
    Path target = build.resolve(name);
    List<String> command = new ArrayList<>(List.of("make", "-s", "-C", source.toString()));
    command.addAll(List.of("BUILD=" + build, target.toString()));
    command.addAll(List.of(variables));
    Command.run(command, DEBIAN);
    return target;
  }
}
