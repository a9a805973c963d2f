package dev.merapi.cli.reference;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The Javadoc of all top-level classes below some source folders, read by the JDK's own parser. */
final class SourceDocs {
  /** What a class's Javadoc says: its description and its parameters, as Markdown. */
  record Doc(String description, Map<String, String> parameters) {}

  private final Map<String, DocCommentTree> byClass = new HashMap<>();
  private DocTrees trees;

  SourceDocs(List<Path> folders) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources(folders)));
      trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        read(unit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> sources(List<Path> folders) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.endsWith("package-info.java"))
            .forEach(sources::add);
      }
    }
    return sources;
  }

  private void read(CompilationUnitTree unit) {
    new TreePathScanner<Void, Void>() {
      @Override
      public Void visitClass(ClassTree type, Void nothing) {
        DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
        byClass.put(unit.getPackageName() + "." + type.getSimpleName(), comment);
        return null; // those inside it have no names of their own in job files
      }
    }.scan(new TreePath(unit), null);
  }

  /** Whether a class is one of these sources', and not a test's. */
  boolean has(Class<?> type) {
    return byClass.containsKey(type.getName());
  }

  /** What is said of a class; nothing where it has no Javadoc. */
  Doc of(Class<?> type) {
    DocCommentTree comment = byClass.get(type.getName());
    if (comment == null) {
      return new Doc("", Map.of());
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (DocTree tag : comment.getBlockTags()) {
      if (tag instanceof ParamTree parameter) {
        parameters.put(
            parameter.getName().toString(), JavadocMarkdown.of(trees, parameter.getDescription()));
      }
    }
    return new Doc(JavadocMarkdown.of(trees, comment.getFullBody()), parameters);
  }
}
