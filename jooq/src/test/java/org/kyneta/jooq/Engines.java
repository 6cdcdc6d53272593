package org.kyneta.jooq;

import java.nio.file.Path;
import org.kyneta.testservers.Collation;

/** The engines, for tests that are run on each. */
enum Engines {
  SQLITE,
  POSTGRES,
  MARIADB,
  H2;

  /** Opens an empty database. */
  Database open(Path directory) throws Exception {
    return switch (this) {
      case SQLITE -> Database.sqlite(directory);
      case POSTGRES -> Database.postgres(Collation.EN_US);
      case MARIADB -> Database.mariaDb();
      case H2 -> Database.h2(directory);
    };
  }
}
