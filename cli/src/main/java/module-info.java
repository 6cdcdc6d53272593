/** The command-line tool {@code kyneta}. */
module org.kyneta.cli {
  requires static org.jspecify;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires org.kyneta.relay;
  requires org.kyneta.sqlite;
  requires tools.jackson.core;

  // Options and arguments are fields that picocli sets.
  opens org.kyneta.cli to
      info.picocli;
}
