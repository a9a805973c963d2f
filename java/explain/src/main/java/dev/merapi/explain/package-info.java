/**
 * What a trained network does with its samples, as numbers: statistics of its layers, saliency,
 * embeddings and their projections to the plane. Pictures of them are made in {@link
 * dev.merapi.explain.picture}.
 */
package dev.merapi.explain;
