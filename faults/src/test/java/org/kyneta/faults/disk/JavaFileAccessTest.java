package org.kyneta.faults.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing that runs beside SQLite opens a file by Java but what is known to be no open database:
 * when any descriptor of a file is closed, POSIX gives up all locks that the process has on it.
 */
class JavaFileAccessTest {

  /** Who may open files, and why no lock of SQLite's is lost by it. */
  private static final Map<String, String> ALLOWED =
      Map.of(
          "org.kyneta.sqlite.Spill", "a temporary file, which has no name once it is open",
          "org.kyneta.sqlite.NewFile", "one whose last connection has been closed, and folders",
          "org.kyneta.sqlite.DurableLog", "a log, on which SQLite takes no locks",
          "org.kyneta.sqlite.DamagedFile", "a file that the register of open files has none of",
          "org.kyneta.cli.SalvageCommand", "the report beside a store, which is text",
          "org.kyneta.cli.RecordCommand", "updates: opened before the store, closed after it",
          "org.kyneta.cli.ServeCommand", "a token's file, which is text",
          "org.kyneta.cli.ReplayCommand", "a file that must not exist before");

  private static final Set<String> OPENERS =
      Set.of(
          "java/io/FileInputStream",
          "java/io/FileOutputStream",
          "java/io/FileReader",
          "java/io/FileWriter",
          "java/io/PrintStream",
          "java/io/PrintWriter",
          "java/io/RandomAccessFile",
          "java/nio/channels/FileChannel",
          "java/nio/channels/AsynchronousFileChannel",
          "java/util/Scanner",
          "java/util/zip/ZipFile");

  /** Methods of {@code Files} that ask by name, or act on what was not there before. */
  private static final Set<String> HARMLESS =
      Set.of(
          "createDirectory",
          "createFile",
          "createLink",
          "createTempFile",
          "deleteIfExists",
          "exists",
          "isDirectory",
          "isReadable",
          "isRegularFile",
          "isSameFile",
          "isWritable",
          "move",
          "readAttributes",
          "size");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.kyneta.sqlite.SqliteStore",
        "org.kyneta.sqlite.ffm.FfmBinding",
        "org.kyneta.cli.Kyneta"
      })
  void onlyWhatIsAllowedToOpensFilesByJava(String classOfModule) throws Exception {
    Map<String, Set<String>> openers = openers(Class.forName(classOfModule));
    Set<String> allowed = new TreeSet<>(ALLOWED.keySet());
    String module = classOfModule.substring(0, classOfModule.lastIndexOf('.') + 1);
    allowed.removeIf(name -> !name.startsWith(module));
    assertThat(openers).containsOnlyKeys(allowed);
  }

  private static Map<String, Set<String>> openers(Class<?> classOfModule)
      throws IOException, URISyntaxException {
    Path place = Path.of(classOfModule.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(place)) {
      return openersIn(place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return openersIn(jar.getPath("/"));
    }
  }

  private static Map<String, Set<String>> openersIn(Path root) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root)) {
      files = walk.filter(file -> file.toString().endsWith(".class")).toList();
    }
    assertThat(files).hasSizeGreaterThan(3);
    Map<String, Set<String>> openers = new TreeMap<>();
    for (Path file : files) {
      ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
      String name = model.thisClass().asInternalName().replace('/', '.').replaceAll("\\$.*", "");
      for (MethodModel method : model.methods()) {
        method
            .code()
            .ifPresent(code -> {
              for (CodeElement element : code) {
                if (element instanceof InvokeInstruction call && opensAFile(call)) {
                  String called = call.owner().asInternalName() + "." + call.name().stringValue();
                  openers.computeIfAbsent(name, key -> new TreeSet<>()).add(called);
                }
              }
            });
      }
    }
    return openers;
  }

  private static boolean opensAFile(InvokeInstruction call) {
    String owner = call.owner().asInternalName();
    String name = call.name().stringValue();
    if (owner.equals("java/nio/file/Files")) {
      return !HARMLESS.contains(name);
    }
    return OPENERS.contains(owner)
        && (name.equals("<init>") ? takesAFile(call) : name.equals("open"));
  }

  /** Streams over what is open already, such as standard output, open nothing. */
  private static boolean takesAFile(InvokeInstruction call) {
    return call.typeSymbol()
        .parameterList()
        .getFirst()
        .descriptorString()
        .matches("Ljava/(io/File|lang/String|nio/file/Path);");
  }
}
