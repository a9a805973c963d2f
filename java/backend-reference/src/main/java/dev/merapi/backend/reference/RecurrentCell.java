package dev.merapi.backend.reference;

import dev.merapi.core.op.recurrent.Rnn;

/** One step of one sample of a recurrent op, forward and back, on vectors. */
interface RecurrentCell {
  /**
   * Takes a step.
   *
   * @param input weightIh x + biasIh
   * @param recurrent weightHh h + biasHh
   * @param states h, and c where there is one; overwritten by those after the step
   * @param gates gets what is saved
   */
  void step(double[] input, double[] recurrent, double[][] states, double[] gates);

  /**
   * Goes a step back.
   *
   * @param step what was saved of it
   * @param grads by the states after the step; overwritten by those by the states before it, but
   *     for what goes through {@code recurrent}
   * @param gradInput gets the gradient by {@code input}
   * @param gradRecurrent gets the gradient by {@code recurrent}
   */
  void back(Saved step, double[][] grads, double[] gradInput, double[] gradRecurrent);

  /** What was saved of a step: the gates, and the states before and after it. */
  record Saved(double[] gates, double[][] before, double[][] after) {}

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Long short-term memory: gates i f g o. */
  record OfLstm(int hidden) implements RecurrentCell {
    @Override
    public void step(double[] input, double[] recurrent, double[][] states, double[] gates) {
      for (int j = 0; j < 4 * hidden; j++) {
        double sum = input[j] + recurrent[j];
        gates[j] = j / hidden == 2 ? Math.tanh(sum) : sigmoid(sum);
      }
      for (int j = 0; j < hidden; j++) {
        double c = gates[hidden + j] * states[1][j] + gates[j] * gates[2 * hidden + j];
        states[1][j] = c;
        states[0][j] = gates[3 * hidden + j] * Math.tanh(c);
      }
    }

    @Override
    public void back(Saved step, double[][] grads, double[] gradInput, double[] gradRecurrent) {
      for (int j = 0; j < hidden; j++) {
        double i = step.gates[j];
        double f = step.gates[hidden + j];
        double g = step.gates[2 * hidden + j];
        double o = step.gates[3 * hidden + j];
        double squashed = Math.tanh(step.after[1][j]);
        double gradH = grads[0][j];
        double gradC = grads[1][j] + gradH * o * (1 - squashed * squashed);
        gradInput[j] = gradC * g * i * (1 - i);
        gradInput[hidden + j] = gradC * step.before[1][j] * f * (1 - f);
        gradInput[2 * hidden + j] = gradC * i * (1 - g * g);
        gradInput[3 * hidden + j] = gradH * squashed * o * (1 - o);
        grads[0][j] = 0;
        grads[1][j] = gradC * f;
      }
      System.arraycopy(gradInput, 0, gradRecurrent, 0, 4 * hidden);
    }
  }

  /** Gated recurrent units: gates r z n, and the state's part of n before r multiplies it. */
  record OfGru(int hidden) implements RecurrentCell {
    @Override
    public void step(double[] input, double[] recurrent, double[][] states, double[] gates) {
      for (int j = 0; j < hidden; j++) {
        int k = hidden + j;
        int l = 2 * hidden + j;
        double r = sigmoid(input[j] + recurrent[j]);
        double z = sigmoid(input[k] + recurrent[k]);
        double n = Math.tanh(input[l] + r * recurrent[l]);
        states[0][j] = (1 - z) * n + z * states[0][j];
        gates[j] = r;
        gates[k] = z;
        gates[l] = n;
        gates[3 * hidden + j] = recurrent[l];
      }
    }

    @Override
    public void back(Saved step, double[][] grads, double[] gradInput, double[] gradRecurrent) {
      for (int j = 0; j < hidden; j++) {
        int k = hidden + j;
        int l = 2 * hidden + j;
        double r = step.gates[j];
        double z = step.gates[k];
        double n = step.gates[l];
        double gradH = grads[0][j];
        double gradN = gradH * (1 - z) * (1 - n * n);
        gradInput[j] = gradN * step.gates[3 * hidden + j] * r * (1 - r);
        gradInput[k] = gradH * (step.before[0][j] - n) * z * (1 - z);
        gradInput[l] = gradN;
        gradRecurrent[j] = gradInput[j];
        gradRecurrent[k] = gradInput[k];
        gradRecurrent[l] = gradN * r;
        grads[0][j] = gradH * z;
      }
    }
  }

  /** The plain recurrent network: no gates. */
  record OfRnn(Rnn.Mode mode, int hidden) implements RecurrentCell {
    @Override
    public void step(double[] input, double[] recurrent, double[][] states, double[] gates) {
      for (int j = 0; j < hidden; j++) {
        double sum = input[j] + recurrent[j];
        states[0][j] =
            switch (mode) {
              case TANH -> Math.tanh(sum);
              case RELU -> Math.max(sum, 0);
            };
      }
    }

    @Override
    public void back(Saved step, double[][] grads, double[] gradInput, double[] gradRecurrent) {
      for (int j = 0; j < hidden; j++) {
        double h = step.after[0][j];
        double slope =
            switch (mode) {
              case TANH -> 1 - h * h;
              case RELU -> h > 0 ? 1 : 0;
            };
        gradInput[j] = grads[0][j] * slope;
        gradRecurrent[j] = gradInput[j];
        grads[0][j] = 0;
      }
    }
  }
}
