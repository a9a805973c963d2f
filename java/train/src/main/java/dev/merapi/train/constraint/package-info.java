/** Constraints that parameters keep after each step. */
package dev.merapi.train.constraint;
