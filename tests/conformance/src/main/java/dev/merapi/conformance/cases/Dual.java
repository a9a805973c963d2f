package dev.merapi.conformance.cases;

/**
 * A number and its derivative by one chosen variable: with them a formula gives its own exact
 * derivative, by forward differentiation.
 */
record Dual(double value, double slope) {
  static final Dual ZERO = new Dual(0, 0);

  Dual plus(Dual other) {
    return new Dual(value + other.value, slope + other.slope);
  }

  Dual minus(Dual other) {
    return plus(other.times(new Dual(-1, 0)));
  }

  Dual times(Dual other) {
    return new Dual(value * other.value, slope * other.value + value * other.slope);
  }

  /** (1 + tanh(x / 2)) / 2. */
  Dual sigmoid() {
    Dual half = new Dual(value / 2, slope / 2).tanh();
    return new Dual((1 + half.value) / 2, half.slope / 2);
  }

  Dual tanh() {
    double cosh = Math.cosh(value);
    return new Dual(Math.sinh(value) / cosh, slope / (cosh * cosh));
  }

  Dual relu() {
    return value > 0 ? this : ZERO;
  }
}
