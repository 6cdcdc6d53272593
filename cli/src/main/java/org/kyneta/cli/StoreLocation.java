package org.kyneta.cli;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.store.Limits;
import picocli.CommandLine.ITypeConverter;

/**
 * Where a store is: in an SQLite file, or in the tables of a PostgreSQL database. Its text form
 * holds no secret.
 */
sealed interface StoreLocation permits StoreFile, StoreServer {

  /** What the command line's help says of it. */
  String HELP =
      "An SQLite file, or a PostgreSQL database: postgresql://USER@HOST:PORT/DATABASE. Its "
          + "password is taken from PGPASSWORD, or from PGPASSFILE or ~/.pgpass.";

  /** What is there already may be of any size, and so may its copy. */
  Limits UNLIMITED = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  /**
   * How a store is opened to be written to.
   *
   * @param command the command that writes, for those whom it keeps out
   * @param tables the names of its tables
   * @param required the format that it must have, or null for any
   * @param ifNew the format that a new one gets where none is required
   * @param limits how large what is written may be
   * @param durability when something counts as written to a file
   */
  record Writing(
      String command,
      TableNames tables,
      @Nullable Format required,
      Format ifNew,
      Limits limits,
      Durability durability) {

    /** Returns the usual one: any format, format 1 for a new store. */
    static Writing by(String command, TableNames tables) {
      SqliteOptions usual = SqliteOptions.DEFAULT;
      return new Writing(command, tables, null, Format.V1, usual.limits(), usual.durability());
    }

    Writing withFormat(@Nullable Format newRequired, Format newIfNew) {
      return new Writing(command, tables, newRequired, newIfNew, limits, durability);
    }

    Writing unlimited() {
      return new Writing(command, tables, required, ifNew, UNLIMITED, durability);
    }

    Writing withDurability(Durability newDurability) {
      return new Writing(command, tables, required, ifNew, limits, newDurability);
    }

    /** Returns who may write at the same time. */
    Sharing sharing() {
      return switch (command) {
        case "load", "record", "copy" -> Sharing.WRITERS;
        case ServeCommand.NAME -> Sharing.RELAYS;
        default -> Sharing.NOBODY;
      };
    }

    /** Returns the format of a store that is being created. */
    Format created() {
      return Objects.requireNonNullElse(required, ifNew);
    }
  }

  /** Who may write at the same time as somebody. */
  enum Sharing {
    /** Nobody. */
    NOBODY,
    /** Others who only write. */
    WRITERS,
    /** Other relays, where the store is a database. */
    RELAYS
  }

  /** Opens the store so that nothing in it changes, and none is created. */
  OpenStore openToLook(TableNames tables);

  /**
   * Opens the store, or creates it, with the lease that keeps other writers of this kind out.
   *
   * @throws IOException if somebody else has the lease, or it cannot be taken
   */
  OpenStore openToWrite(Writing writing) throws IOException;

  /** Returns whether this certainly is the place that another location names. */
  boolean isSame(StoreLocation other);

  /** Reads locations off the command line. */
  final class Converter implements ITypeConverter<StoreLocation> {
    @Override
    public StoreLocation convert(String value) {
      return StoreServer.isAddress(value) ? StoreServer.parse(value) : StoreFile.parse(value);
    }
  }
}
