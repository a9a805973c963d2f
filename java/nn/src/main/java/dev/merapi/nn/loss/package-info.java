/**
 * Losses: what training makes small.
 *
 * <p>Targets are the same for all of them:
 *
 * <ul>
 *   <li>numbers are of the prediction's type and shape;
 *   <li>labels of classes are I32, from 0 to classes - 1, in the prediction's shape without its
 *       last axis, which has a score for each class;
 *   <li>labels of two classes against one score are I32 or of the prediction's type, in the
 *       prediction's shape or that without a last axis of 1: what is above one half is the positive
 *       class (+1), the rest is the negative one (-1), so that 0 and 1 do as well as -1 and +1.
 * </ul>
 */
package dev.merapi.nn.loss;
