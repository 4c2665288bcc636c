package io.sennit.causal.wire;

import io.sennit.causal.Octets;
import io.sennit.core.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/**
 * An element of an original's set: {@code base64(value);tag}, with contents for a mail that is
 * added.
 *
 * @param value a mailbox's or a mail file's name
 * @param tag what makes this adding unique; opaque text without pipe and semicolon
 * @param contents the mail; empty for elements that have none
 */
public record Element(Octets value, String tag, Octets contents) {
  /** Without contents. */
  public static Element of(Octets value, String tag) {
    return new Element(value, tag, Octets.EMPTY);
  }

  /**
   * Reads pairs of value and tag: an even number of items, two at least.
   *
   * @throws ProtocolException if the count or a value's base64 is wrong
   */
  static List<Element> pairs(String raw, String field) {
    return items(raw, 2, field);
  }

  /** Reads triples of value, tag and contents: a multiple of three, three at least. */
  static List<Element> triples(String raw, String field) {
    return items(raw, 3, field);
  }

  private static List<Element> items(String raw, int width, String field) {
    var items = LineText.split(raw, ';');
    if (items.size() % width != 0) {
      throw new ProtocolException(field, -1, items.size() + " items, not a multiple of " + width);
    }
    var elements = new ArrayList<Element>(items.size() / width);
    for (int i = 0; i < items.size(); i += width) {
      elements.add(
          new Element(
              LineText.base64(items.get(i), field),
              LineText.name(items.get(i + 1), field),
              width == 3 ? LineText.base64(items.get(i + 2), field) : Octets.EMPTY));
    }
    return List.copyOf(elements);
  }

  /** Reads exactly one. */
  static Element one(String raw, int width, String field) {
    var elements = items(raw, width, field);
    if (elements.size() != 1) {
      throw new ProtocolException(field, -1, elements.size() + " elements, not one");
    }
    return elements.getFirst();
  }

  /**
   * Reads an original's set: {@code base64(value);tag} joined with semicolons; nothing is no pair.
   * Text is not trimmed.
   *
   * @throws ProtocolException for an odd number of items or bad base64
   */
  public static List<Element> parsePairs(byte[] text) {
    return text.length == 0 ? List.of() : pairs(LineText.raw(text), "pairs");
  }

  /** Writes what {@link #parsePairs} reads; tags as they are. */
  public static byte[] encodePairs(List<Element> elements) {
    var text = new StringBuilder();
    for (var element : elements) {
      text.append(text.isEmpty() ? "" : ";")
          .append(LineText.base64(element.value))
          .append(';')
          .append(LineText.rawName(element.tag));
    }
    return LineText.bytes(text.toString());
  }

  static String pairText(List<Element> elements) {
    return joined(elements, false);
  }

  static String tripleText(List<Element> elements) {
    return joined(elements, true);
  }

  private static String joined(List<Element> elements, boolean contents) {
    var text = new StringBuilder();
    for (var element : elements) {
      text.append(text.isEmpty() ? "" : ";")
          .append(LineText.base64(element.value))
          .append(';')
          .append(LineText.plain(element.tag, "tag"));
      if (contents) {
        text.append(';').append(LineText.base64(element.contents));
      }
    }
    return text.toString();
  }
}
