/**
 * Event files as TensorBoard reads them: what a training was like, as curves, histograms, images
 * and a graph.
 *
 * <p>An event file is a row of TFRecords, each with a protocol buffer message {@code Event}.
 * Sources: TensorFlow's {@code record_writer.h}, {@code event.proto}, {@code summary.proto} and
 * {@code graph.proto}, whose field numbers stand in these classes.
 */
package dev.merapi.train.tensorboard;
