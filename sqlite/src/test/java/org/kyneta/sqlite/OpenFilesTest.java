package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sql.Progress;
import org.kyneta.store.StorageException;

/**
 * The register of open files beyond one class loader: each application of a server may have loaded
 * the store, and an SQLite library with it.
 */
class OpenFilesTest {

  @TempDir private Path directory;

  /** Loads the store and its driver for itself, and the rest as others do. */
  private static final class Application extends URLClassLoader {

    Application() throws IOException {
      super(urls(), ClassLoader.getSystemClassLoader());
    }

    private static URL[] urls() throws IOException {
      List<URL> urls = new ArrayList<>();
      for (String entry : OptionalDriverTest.entries(/* withDriver= */ true)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
      return urls.toArray(URL[]::new);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("org.kyneta.") && !name.startsWith("org.sqlite.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  private static AutoCloseable open(ClassLoader application, Path file) throws Throwable {
    try {
      return (AutoCloseable)
          Class.forName("org.kyneta.sqlite.SqliteStore", true, application)
              .getMethod("open", Path.class)
              .invoke(null, file);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void whatOneApplicationHasOpenAnotherWithALibraryOfItsOwnIsRefused() throws Throwable {
    Path file = directory.resolve("store.db");
    try (Application one = new Application();
        Application other = new Application()) {
      try (AutoCloseable first = open(one, file);
          AutoCloseable second = open(one, file)) {
        assertThat(first.getClass()).isSameAs(second.getClass()).isNotSameAs(SqliteStore.class);
        assertThatExceptionOfType(RuntimeException.class)
            .isThrownBy(() -> open(other, file))
            .withMessageContainingAll(
                "through sqlite-jdbc (of the class loader " + Application.class.getName(),
                "would destroy it");
        assertThatExceptionOfType(RuntimeException.class)
            .isThrownBy(() -> SqliteStore.open(file))
            .withMessageContaining("found sqlite-jdbc;");
      }
      open(other, file).close();
    }
    SqliteStore.open(file).close();
  }

  /** Its reading by Java would end with all locks of the store's given up. */
  @Test
  void whatAStoreHasOpenIsNotSalvagedUnderAnyOfItsNames() throws IOException {
    Path file = directory.resolve("store.db");
    Path target = directory.resolve("salvaged.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      for (Path name :
          List.of(
              file,
              Files.createSymbolicLink(directory.resolve("symbolic"), file),
              Files.createLink(directory.resolve("hard"), file))) {
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() ->
                SqliteRepair.salvage(
                    name, target, SqliteOptions.DEFAULT, lost -> {}, Progress.NONE))
            .withMessageContainingAll("through sqlite-jdbc only", "found plain reading");
      }
      assertThat(store.currentMeta("doc")).isEmpty();
    }
    assertThat(target).doesNotExist();
  }

  @Test
  void nothingIsLeftOfAFileThatIsClosed() {
    SqliteStore.open(directory.resolve("store.db")).close();
    assertThat(System.getProperties().stringPropertyNames())
        .noneMatch(name -> name.startsWith("org.kyneta.sqlite.open."));
  }
}
