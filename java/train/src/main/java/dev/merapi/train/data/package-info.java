/** Data sets, where their files are found, and batches of their samples. */
package dev.merapi.train.data;
