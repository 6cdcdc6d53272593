package org.kyneta.jooq;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jooq.Cursor;
import org.jooq.Record;
import org.jooq.RecordMapper;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/** The rows of a query, one after the other. */
interface Rows<R> extends AutoCloseable {

  /** Returns the next row, or null at the end. */
  @Nullable R next();

  @Override
  void close();

  /** How many rows are asked for at once before their size is known. */
  int FIRST_ROWS = 16;

  /** About how many bytes are asked for at once. */
  int FETCH_BYTES = 1 << 20;

  /** How many rows are asked for at once at most. */
  int MOST_ROWS = 512;

  /**
   * Takes rows from a result that is still open in the database, and lets the driver ask for the
   * fewer at once, the larger they are.
   *
   * @param size returns about how many bytes a row has
   */
  static <Q extends Record, R> Rows<R> lazy(
      Cursor<Q> cursor, RecordMapper<? super Q, R> mapper, ToIntFunction<R> size) {
    return new Rows<>() {
      private int rows;
      private long bytes;

      @Override
      public @Nullable R next() {
        Q row = cursor.fetchNext();
        if (row == null) {
          return null;
        }
        R mapped = mapper.map(row);
        bytes += size.applyAsInt(mapped);
        if (++rows == FIRST_ROWS) {
          adapt();
        }
        return mapped;
      }

      private void adapt() {
        long fitting = FETCH_BYTES * (long) rows / Math.max(1, bytes);
        rows = 0;
        bytes = 0;
        ResultSet result = cursor.resultSet();
        try {
          if (result != null) {
            result.setFetchSize((int) Math.max(1, Math.min(MOST_ROWS, fitting)));
          }
        } catch (SQLException e) {
          throw new DataAccessException("the number of rows to fetch cannot be set", e);
        }
      }

      @Override
      public void close() {
        cursor.close();
      }
    };
  }

  /** Asks for the rows that follow one, or for the first ones after null. */
  interface Page<R> {
    List<R> after(@Nullable R last, int most);
  }

  /**
   * Asks for a page after the other, all within one snapshot; the larger the rows are, the fewer at
   * once.
   *
   * @param size returns about how many bytes a row has
   */
  static <R> Rows<R> paged(Page<R> page, ToIntFunction<R> size) {
    return new Rows<>() {
      private final Deque<R> rows = new ArrayDeque<>();
      private @Nullable R last;
      private int most = FIRST_ROWS;
      private boolean ended;

      @Override
      public @Nullable R next() {
        if (rows.isEmpty() && !ended) {
          rows.addAll(page.after(last, most));
          ended = rows.size() < most;
          long bytes = 1 + rows.stream().mapToLong(size::applyAsInt).sum();
          most = (int) Math.max(1, Math.min(MOST_ROWS, FETCH_BYTES * (long) rows.size() / bytes));
        }
        R row = rows.poll();
        last = row == null ? last : row;
        return row;
      }

      @Override
      public void close() {
        rows.clear();
        ended = true;
      }
    };
  }
}
