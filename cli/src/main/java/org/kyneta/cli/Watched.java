package org.kyneta.cli;

import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Elements that an onlooker sees pass.
 *
 * @param <T> the type of the elements
 * @param source where they come from
 * @param onlooker is given each before it is passed on
 */
record Watched<T>(Iterator<T> source, Consumer<? super T> onlooker) implements Iterator<T> {

  @Override
  public boolean hasNext() {
    return source.hasNext();
  }

  @Override
  public T next() {
    T element = source.next();
    onlooker.accept(element);
    return element;
  }
}
