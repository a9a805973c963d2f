/**
 * What a training needs to go on after its process has ended, to the bit.
 *
 * <p>A checkpoint is a folder named by its step, {@code checkpoints/000500}, with
 *
 * <ul>
 *   <li>{@code checkpoint.json}: format and version, step, position in the data, the best
 *       evaluation so far, the settings that a resumed training must share, the surroundings that
 *       the promise of equal bits depends on, and the named entries with their files;
 *   <li>{@code weights.safetensors}, the entry {@code weights}: parameters and buffers under the
 *       names of the model, as at the end of a training; its metadata has the vocabularies of the
 *       training data, {@code vocabulary.source}, as texts;
 *   <li>{@code state.safetensors}, the entry {@code state}: all other variables: optimizer slots
 *       under {@code conv1.weight/momentum}, averages under {@code conv1.weight/ema}, sums of
 *       gradients under {@code conv1.weight/gradient}, the control block under {@code control/},
 *       carried states;
 *   <li>{@code SHA256SUMS}: sums of these files, as {@code sha256sum -c} reads them.
 * </ul>
 *
 * <p>It is written under another name, forced to the disk, and renamed, so that it is there whole
 * or not at all. Whatever is to be kept beside joins as one more entry: a reader passes over
 * entries that it does not know, and the format's version need not change. There is no time in it:
 * equal trainings write equal checkpoints.
 */
package dev.merapi.train.checkpoint;
