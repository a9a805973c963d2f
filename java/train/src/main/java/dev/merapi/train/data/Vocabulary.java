package dev.merapi.train.data;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tokens and their numbers: 0 fills texts that are too short, 1 is any token that is not known, 2
 * begins a text and 3 ends it, and the known ones follow, the most frequent first. The characters
 * of a character model and the names of classes have none of these four: their numbers begin with
 * 0. Of {@linkplain Tokens#SUBWORDS subwords}, the 256 bytes come first, then characters, the most
 * frequent first, and then what was joined of them, in the order in which it was learned.
 *
 * <p>It does not change. As a file it is a UTF-8 text with a token in each line, the first line
 * saying what it is: {@code merapi-vocabulary 1 words}; in tokens, {@code \n}, {@code \\} and
 * {@code \}{@code u0007} stand for what a line cannot show.
 */
public final class Vocabulary {
  /** Behind a text's end. */
  public static final int PADDING = 0;

  /** Any token that is not known. */
  public static final int UNKNOWN = 1;

  /** Before the first token of a text that is to be written. */
  public static final int BEGIN = 2;

  /** Behind the last token of a text. */
  public static final int END = 3;

  /** The name of a data set's only one. */
  public static final String TEXT = "text";

  /** The name of that of a data set's classes. */
  public static final String LABELS = "labels";

  private static final List<String> SPECIALS = List.of("<pad>", "<unk>", "<s>", "</s>");
  private static final int FIRST_BYTE = END + 1;
  private static final int BYTES = 256;
  private static final String FORMAT = "merapi-vocabulary 1 ";

  private final Tokens kind;
  private final List<String> tokens;
  private final Map<String, Integer> numbers = new HashMap<>();

  private Vocabulary(Tokens kind, List<String> tokens) {
    this.kind = kind;
    this.tokens = List.copyOf(tokens);
    for (int i = 0; i < tokens.size(); i++) {
      if (numbers.put(tokens.get(i), i) != null) {
        throw new IllegalArgumentException(
            "expected each token once, found '" + tokens.get(i) + "' again");
      }
    }
  }

  /**
   * The most frequent tokens of some texts; of equally frequent ones the first in the alphabet.
   *
   * @param size how many numbers there may be, the four that are no tokens included
   * @throws IllegalArgumentException when it leaves no room for a token
   */
  public static Vocabulary of(Tokens kind, List<String> texts, int size) {
    requireSize(kind, size);
    Map<String, Long> counts =
        texts.stream()
            .flatMap(text -> kind.split(text).stream())
            .collect(Collectors.groupingBy(token -> token, Collectors.counting()));
    List<String> tokens = new ArrayList<>(SPECIALS);
    if (kind == Tokens.SUBWORDS) {
      IntStream.range(0, BYTES).forEach(b -> tokens.add("<0x%02X>".formatted(b)));
      tokens.addAll(BytePairs.learn(counts, size - tokens.size()));
      return new Vocabulary(kind, tokens);
    }
    counts.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Long> entry) -> -entry.getValue())
                .thenComparing(Map.Entry::getKey))
        .limit(size - SPECIALS.size())
        .forEach(entry -> tokens.add(entry.getKey()));
    return new Vocabulary(kind, tokens);
  }

  /**
   * Requires room for a token.
   *
   * @throws IllegalArgumentException when there is none
   */
  static void requireSize(Tokens kind, int size) {
    int others = SPECIALS.size() + (kind == Tokens.SUBWORDS ? BYTES : 0);
    if (size <= others) {
      throw new IllegalArgumentException(
          "expected a vocabulary of more than %d numbers for %s, found %d"
              .formatted(others, kind.title(), size));
    }
  }

  /** Characters alone, each once: that at place i has number i. */
  public static Vocabulary characters(String each) {
    return new Vocabulary(Tokens.CHARACTERS, Tokens.CHARACTERS.split(each));
  }

  /** Names of classes alone, each once: that at place i has number i. */
  public static Vocabulary labels(List<String> classNames) {
    return new Vocabulary(Tokens.LABELS, classNames);
  }

  /** What it numbers. */
  public Tokens kind() {
    return kind;
  }

  /** How many numbers there are: 0 to size - 1. */
  public int size() {
    return tokens.size();
  }

  /** Whether the first four numbers are no tokens. */
  public boolean hasSpecials() {
    return tokens.size() >= SPECIALS.size() && tokens.subList(0, SPECIALS.size()).equals(SPECIALS);
  }

  /** The known tokens in the order of their numbers, without bytes and those that are none. */
  public List<String> tokens() {
    int others = kind == Tokens.SUBWORDS ? FIRST_BYTE + BYTES : SPECIALS.size();
    return hasSpecials() ? tokens.subList(others, size()) : tokens;
  }

  /**
   * The token with a number; {@code <pad>}, {@code <unk>}, {@code <s>} and {@code </s>} are none.
   */
  public String token(int number) {
    return tokens.get(number);
  }

  /**
   * The number of a token.
   *
   * @throws IllegalArgumentException when it is not known, and there is no number for such ones
   */
  public int number(String token) {
    Integer number = numbers.get(token);
    if (number != null) {
      return number;
    }
    if (!hasSpecials()) {
      throw new IllegalArgumentException("'" + token + "' is not in the vocabulary");
    }
    return UNKNOWN;
  }

  /**
   * The numbers of a text's tokens, with nothing before or behind them.
   *
   * @throws IllegalArgumentException when a token is not known, and there is no number for such
   */
  public int[] encode(String text) {
    return encode(text, new HashMap<>());
  }

  /** Many texts; what a word is cut into is looked for once. */
  public int[][] encode(List<String> texts) {
    Map<String, int[]> known = new HashMap<>();
    return texts.stream().map(text -> encode(text, known)).toArray(int[][]::new);
  }

  private int[] encode(String text, Map<String, int[]> known) {
    return kind.split(text).stream()
        .flatMapToInt(token -> Arrays.stream(known.computeIfAbsent(token, this::numbers)))
        .toArray();
  }

  /** The number of a token, or those of a word's pieces. */
  private int[] numbers(String token) {
    return kind == Tokens.SUBWORDS
        ? BytePairs.split(token, numbers).stream().flatMapToInt(this::piece).toArray()
        : new int[] {number(token)};
  }

  /** The number of a subword, or those of its bytes. */
  private IntStream piece(String part) {
    Integer number = numbers.get(part);
    if (number != null) {
      return IntStream.of(number);
    }
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    return IntStream.range(0, bytes.length).map(i -> FIRST_BYTE + Byte.toUnsignedInt(bytes[i]));
  }

  /** The numbers of a text's first tokens, and 0 behind its end. */
  public int[] encode(String text, int length) {
    return Arrays.copyOf(encode(text), length);
  }

  /** The text of some tokens, up to the first {@link #END}; padding and beginnings say nothing. */
  public String decode(int... numbers) {
    boolean specials = hasSpecials();
    List<String> text = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int number : numbers) {
      if (specials && number == END) {
        break;
      }
      if (isByte(number)) {
        bytes.write(number - FIRST_BYTE);
      } else if (!specials || number != PADDING && number != BEGIN) {
        text.add(bytes.toString(StandardCharsets.UTF_8));
        bytes.reset();
        text.add(specials && number == UNKNOWN ? kind.unknown() : token(number));
      }
    }
    text.add(bytes.toString(StandardCharsets.UTF_8));
    text.removeIf(String::isEmpty); // between tokens there are no bytes
    return kind.join(text);
  }

  private boolean isByte(int number) {
    return kind == Tokens.SUBWORDS && number >= FIRST_BYTE && number < FIRST_BYTE + BYTES;
  }

  /** It as a file's text. */
  public String toText() {
    StringBuilder text = new StringBuilder(FORMAT).append(kind.title()).append('\n');
    tokens.forEach(token -> text.append(TokenLine.of(token)).append('\n'));
    return text.toString();
  }

  /**
   * Reads a file that holds what {@link #toText} gave.
   *
   * @throws DataException when it is missing, damaged or something else
   */
  public static Vocabulary load(Path file) {
    return parse(file.toString(), new DataFile(file).text(StandardCharsets.UTF_8));
  }

  /**
   * Reads what {@link #toText} gave.
   *
   * @param where for errors
   * @throws DataException when it is damaged or something else
   */
  public static Vocabulary parse(String where, String text) {
    List<String> lines = Arrays.asList(text.split("\n", -1));
    Tokens kind =
        Arrays.stream(Tokens.values())
            .filter(known -> lines.get(0).equals(FORMAT + known.title()))
            .findFirst()
            .orElseThrow(
                () ->
                    new DataException(
                        "%s: expected the first line '%s' and a kind of tokens, found '%s'"
                            .formatted(where, FORMAT.strip(), lines.get(0))));
    if (lines.size() < 3 || !text.endsWith("\n")) {
      throw new DataException(
          "%s: expected a token in each line, found %d whole lines"
              .formatted(where, lines.size() - 1));
    }
    try {
      return new Vocabulary(
          kind, lines.subList(1, lines.size() - 1).stream().map(TokenLine::read).toList());
    } catch (IllegalArgumentException e) {
      throw new DataException(where + ": " + e.getMessage(), e);
    }
  }

  /** Whether both number the same tokens alike. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary v && kind == v.kind && tokens.equals(v.tokens);
  }

  @Override
  public int hashCode() {
    return tokens.hashCode();
  }

  @Override
  public String toString() {
    return size() + " " + kind.title();
  }
}
