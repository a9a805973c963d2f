package dev.merapi.cli.job;

import dev.merapi.cli.registry.Alternative;
import dev.merapi.cli.registry.Kind;
import dev.merapi.cli.registry.Option;
import dev.merapi.cli.yaml.Choice;
import dev.merapi.cli.yaml.Location;
import dev.merapi.cli.yaml.RecordMapper;
import dev.merapi.cli.yaml.Tree;
import dev.merapi.cli.yaml.YamlException;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Freeze;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.loss.BinaryCrossEntropy;
import dev.merapi.nn.loss.Loss;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.loss.Term;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.Subset;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.data.augment.Augmentation;
import dev.merapi.train.data.augment.AugmentedDataset;
import dev.merapi.train.metric.Accuracy;
import dev.merapi.train.metric.BinaryAccuracy;
import dev.merapi.train.metric.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A job that was read: its name, its options, and what is needed to make a model of them. */
public final class LoadedJob {
  private final String name;
  private final Job job;
  private final RecordMapper mapper;

  LoadedJob(String name, Job job, RecordMapper mapper) {
    this.name = name;
    this.job = job;
    this.mapper = mapper;
  }

  /** The job's name, or its file's without ending. */
  public String name() {
    return name;
  }

  /** The options. */
  public Job options() {
    return job;
  }

  /**
   * Reads the data; those for training are augmented as the job says. What numbers of tokens mean
   * is learned from those for training.
   *
   * @throws dev.merapi.train.data.DataException when files are missing or damaged
   */
  public OpenData open(DataDirectories where) {
    Data data = job.data();
    Dataset train = openTrain(where);
    Map<String, Vocabulary> learned = train.vocabularies();
    Dataset test = data.test() == null ? null : data.test().open("test", where, learned);
    if (data.validation() == null) {
      return new OpenData(augmented(train), null, test);
    }
    Tree tree = data.validation().tree();
    if (!(tree instanceof Tree.Scalar)) {
      Data.Part part = mapper.map(tree, Data.Part.class, "data.validation");
      return new OpenData(augmented(train), part.open("validation", where, learned), test);
    }
    double fraction = mapper.map(tree, Double.class, "data.validation");
    if (!(fraction > 0 && fraction < 1)) {
      throw new YamlException(
          tree.at(), "data.validation: expected a fraction between 0 and 1, found %s", fraction);
    }
    Subset.Split split = Subset.split(train, fraction, job.seed());
    return new OpenData(augmented(split.train()), split.validation(), test);
  }

  private Dataset augmented(Dataset train) {
    List<Augmentation> augmentations = job.data().augment();
    return augmentations.isEmpty() ? train : new AugmentedDataset(train, augmentations, job.seed());
  }

  /** Reads the training data alone, as they are. */
  public Dataset openTrain(DataDirectories where) {
    return job.data().train().open("train", where, Map.of());
  }

  /**
   * The training data as far as they are known from the vocabularies that a trained model was saved
   * with; where that is not enough, they are read.
   *
   * @param learned by name; none of data without tokens
   */
  public Dataset openTrained(DataDirectories where, Map<String, Vocabulary> learned) {
    return job.data().train().dataset().empty(learned).orElseGet(() -> openTrain(where));
  }

  /** Reads the test data alone. */
  public Dataset openTest(DataDirectories where) {
    return openTest(where, Map.of());
  }

  /**
   * Reads the test data alone.
   *
   * @param learned the vocabularies that a trained model was saved with, by name
   */
  public Dataset openTest(DataDirectories where, Map<String, Vocabulary> learned) {
    if (job.data().test() == null) {
      throw new UsageException("job %s has no data.test, expected some to evaluate on", name);
    }
    return job.data().test().open("test", where, learned);
  }

  /**
   * What is trained and how, for some data.
   *
   * @throws YamlException when the model's options do not fit
   */
  public TrainingConfig config(Dataset data) {
    Model model = model(data);
    TrainingConfig config =
        TrainingConfig.of(modelName(), model, job.loss(), job.optimizer()).phases(job.phases());
    return config
        .clips(job.clip())
        .schedule(job.schedule())
        .metrics(job.metrics() == null ? usual(config.loss()) : job.metrics())
        .batch(job.data().batch().samples())
        .dropLast(job.data().dropLast())
        .resident(job.data().resident())
        .normalizer(job.data().normalize())
        .epochs(job.epochs())
        .seed(job.seed())
        .precision(job.precision())
        .deterministic(job.deterministic())
        .freeze(new Freeze(job.freeze()))
        .rates(job.rates())
        .penalties(job.penalty())
        .constraints(job.constraint())
        .accumulate(job.accumulate())
        .ema(job.ema())
        .earlyStopping(job.earlyStopping())
        .reduceOnPlateau(job.reduceOnPlateau());
  }

  /** Accuracy of what the loss counts, where it is of classes. */
  private static List<Metric> usual(Loss loss) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    for (Term term : loss.terms()) {
      Loss one = term.loss();
      if (one.scoresClasses()) {
        Integer ignored = one instanceof SoftmaxCrossEntropy entropy ? entropy.ignoreIndex() : null;
        metrics.putIfAbsent("classes", new Accuracy(ignored));
      }
      if (one.scoresTwoClasses()) {
        Double ignored = one instanceof BinaryCrossEntropy entropy ? entropy.ignoreTarget() : null;
        metrics.putIfAbsent("two classes", new BinaryAccuracy(ignored));
      }
    }
    return List.copyOf(metrics.values());
  }

  private String modelName() {
    Tree tree = job.model().tree();
    return tree instanceof Tree.Sequence || isGraph(tree)
        ? "model"
        : Choice.of(tree, Kinds.MODELS, "model").name();
  }

  /** The model; its input shape and classes are those of the data unless the job sets them. */
  public Model model(Dataset data) {
    Tree tree = job.model().tree();
    List<Shape> shapes = data.inputTypes().stream().map(TensorType::shape).toList();
    if (tree instanceof Tree.Sequence) {
      return Model.of("model", shapes, mapper.map(tree, Layer.class, "model"));
    }
    if (isGraph(tree)) {
      return Model.of("model", shapes, graph((Tree.Mapping) tree));
    }
    Choice choice = completed(Choice.of(tree, Kinds.MODELS, "model"), data);
    Model model = mapper.map(choice.toTree(), Model.class, "model");
    GraphException.check(
        model.inputShapes().equals(shapes),
        "%s: expected inputs of shape %s, found data of shape %s",
        choice.name(),
        words(model.inputShapes()),
        words(shapes));
    return model;
  }

  private static String words(List<Shape> shapes) {
    return String.join(" and ", shapes.stream().map(Shape::toString).toList());
  }

  /** Whether a model is a graph of layers, and no name of one with options. */
  private static boolean isGraph(Tree tree) {
    return tree instanceof Tree.Mapping mapping && mapping.get("layers") != null;
  }

  private Layer graph(Tree.Mapping tree) {
    ModelGraph graph = mapper.map(tree, ModelGraph.class, "model");
    if (!(graph.layers().tree() instanceof Tree.Sequence layers)) {
      throw new YamlException(
          graph.layers().tree().at(),
          "model.layers: expected a list, found %s",
          graph.layers().tree().describe());
    }
    List<Kind.Item> items = mapper.items(layers, Kinds.LAYERS, "model.layers");
    try {
      return Kinds.graph(graph.inputs(), items, graph.outputs());
    } catch (GraphException e) {
      throw new YamlException(tree.at(), "model: %s", e.getMessage());
    }
  }

  /**
   * The choice with what the data say, where the model has such options and they are not set:
   * {@code inputShape}, {@code classes}, and the sizes of vocabularies, {@code sourceVocabulary} of
   * that called {@code source}, and {@code vocabulary} of a text's only one.
   */
  private Choice completed(Choice choice, Dataset data) {
    Alternative model = mapper.alternative(choice, Kinds.MODELS, "model");
    Location at = choice.at();
    List<Tree> dims = new ArrayList<>();
    for (int dim : data.inputType().shape().toArray()) {
      dims.add(new Tree.Scalar(at, Integer.toString(dim)));
    }
    Choice shaped = withDefault(choice, model, "inputShape", new Tree.Sequence(at, dims));
    for (Map.Entry<String, Vocabulary> vocabulary : data.vocabularies().entrySet()) {
      Tree size = new Tree.Scalar(at, Integer.toString(vocabulary.getValue().size()));
      String name = vocabulary.getKey();
      String option = name.equals(Vocabulary.TEXT) ? "vocabulary" : name + "Vocabulary";
      shaped = withDefault(shaped, model, option, size);
    }
    Tree classes = new Tree.Scalar(at, Integer.toString(data.classes()));
    return data.classes() == 0 ? shaped : withDefault(shaped, model, "classes", classes);
  }

  private static Choice withDefault(Choice choice, Alternative model, String key, Tree value) {
    boolean has = model.options().stream().map(Option::name).anyMatch(key::equals);
    return has && choice.options().get(key) == null ? choice.with(key, value) : choice;
  }
}
