package dev.merapi.train.data;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a text is cut into, to be numbered by a {@link Vocabulary}. */
public enum Tokens {
  /** Characters, as a Java string has them. */
  CHARACTERS(Pattern.compile("(?s)."), ""),

  /**
   * Words with the blank before them, and marks: {@code Don't, I say} is {@code " Don'"}, {@code
   * "t"}, {@code ","}, {@code " I"}, {@code " say"}. Upper and lower case differ. One behind the
   * other they are the text again.
   */
  WORDS(Form.WORDS, ""),

  /**
   * Pieces of these words, learned from texts: frequent words are one piece, rare ones several, and
   * characters that no text had are the bytes of their UTF-8 form. One behind the other they are
   * any text again. Source: Sennrich, Haddow and Birch, "Neural machine translation of rare words
   * with subword units", ACL 2016; bytes as in Kudo and Richardson, "SentencePiece", EMNLP 2018.
   */
  SUBWORDS(Form.WORDS, ""),

  /** Words in lower case, without what is between them; what follows an apostrophe is of them. */
  PLAIN_WORDS(Pattern.compile("[\\p{L}\\p{N}]+(?:['’][\\p{L}]+)?"), " "),

  /** Whole texts, such as the names of classes. */
  LABELS(Pattern.compile("(?s).+"), " ");

  private static final String BLANK = " ";

  private static final class Form {
    static final Pattern WORDS =
        Pattern.compile(" ?[\\p{L}\\p{M}\\p{N}]+['’]?| ?[^\\s\\p{L}\\p{M}\\p{N}]|\\s");
  }

  private final Pattern pattern;
  private final String between;

  Tokens(Pattern pattern, String between) {
    this.pattern = pattern;
    this.between = between;
  }

  /** The tokens of a text, in its order; of subwords the words that they are pieces of. */
  List<String> split(String text) {
    return switch (this) {
      case CHARACTERS, LABELS -> found(text);
      case WORDS, SUBWORDS -> text.isEmpty() ? List.of() : found(BLANK + text);
      case PLAIN_WORDS -> found(text).stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    };
  }

  private List<String> found(String text) {
    return pattern.matcher(text).results().map(MatchResult::group).toList();
  }

  /** The text of some tokens; that of all which a text was split into, where nothing was lost. */
  String join(List<String> tokens) {
    String text = String.join(between, tokens);
    return (this == WORDS || this == SUBWORDS) && text.startsWith(BLANK) ? text.substring(1) : text;
  }

  /** What stands for a token that is not known. */
  String unknown() {
    return this == WORDS ? " <unk>" : "<unk>";
  }

  /** The name in files. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
