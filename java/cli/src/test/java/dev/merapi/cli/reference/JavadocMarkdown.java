package dev.merapi.cli.reference;

import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.util.DocTrees;
import java.util.List;

/** Javadoc's description as Markdown: paragraphs, code, formulas, lists. */
final class JavadocMarkdown {
  private final DocTrees trees;
  private final StringBuilder text = new StringBuilder();
  private boolean formula;

  private JavadocMarkdown(DocTrees trees) {
    this.trees = trees;
  }

  static String of(DocTrees trees, List<? extends DocTree> description) {
    JavadocMarkdown markdown = new JavadocMarkdown(trees);
    description.forEach(markdown::add);
    return markdown.text.toString().strip().replaceAll("\n{3,}", "\n\n");
  }

  private void add(DocTree tree) {
    switch (tree.getKind()) {
      case TEXT -> words(((TextTree) tree).getBody());
      case CODE, LITERAL -> code(((LiteralTree) tree).getBody().getBody());
      case LINK, LINK_PLAIN -> link((LinkTree) tree);
      case ENTITY -> words(trees.getCharacters((EntityTree) tree));
      case START_ELEMENT -> start(((StartElementTree) tree).getName().toString());
      case END_ELEMENT -> end(((EndElementTree) tree).getName().toString());
      default ->
          throw new IllegalArgumentException("no Markdown for " + tree.getKind() + ": " + tree);
    }
  }

  /** Lines are broken where the Javadoc breaks them, without the spaces that begin them. */
  private void words(String words) {
    text.append(formula ? words.replaceAll("\n ", "\n") : words.replaceAll("\n +", "\n"));
  }

  private void code(String code) {
    text.append(formula ? code : "`" + code.replaceAll("\\s+", " ") + "`");
  }

  private void link(LinkTree link) {
    String target = link.getReference().getSignature();
    code(
        link.getLabel().isEmpty()
            ? target.replaceAll("^.*[.#]|\\(.*$", "")
            : link.getLabel().toString());
  }

  private void start(String element) {
    switch (element) {
      case "p" -> text.append("\n\n");
      case "pre" -> {
        text.append("\n\n```");
        formula = true;
      }
      case "ul", "ol" -> text.append("\n");
      case "li" -> text.append("\n- ");
      case "em", "i" -> text.append("*");
      case "sub", "sup" -> text.append("<").append(element).append(">");
      default -> throw new IllegalArgumentException("no Markdown for <" + element + ">");
    }
  }

  private void end(String element) {
    switch (element) {
      case "pre" -> {
        text.append("```\n\n");
        formula = false;
      }
      case "ul", "ol" -> text.append("\n\n");
      case "em", "i" -> text.append("*");
      case "sub", "sup" -> text.append("</").append(element).append(">");
      default -> text.append("");
    }
  }
}
