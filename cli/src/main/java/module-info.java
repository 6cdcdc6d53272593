/** The command-line tool {@code kyneta}. */
@SuppressWarnings("requires-automatic")
module org.kyneta.cli {
  requires static org.jspecify;
  requires com.zaxxer.hikari;
  requires info.picocli;
  requires java.naming;
  requires me.tongfei.progressbar;
  requires org.kyneta.postgres;
  requires org.kyneta.relay;
  requires org.kyneta.sqlite;
  requires org.postgresql.jdbc;
  requires tools.jackson.core;

  // Options and arguments are fields that picocli sets.
  opens org.kyneta.cli to
      info.picocli;
}
