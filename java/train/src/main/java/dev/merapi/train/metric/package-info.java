/** Figures of an evaluation beside the loss. */
package dev.merapi.train.metric;
