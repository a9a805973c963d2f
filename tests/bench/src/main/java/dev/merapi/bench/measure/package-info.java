/** How steps are timed and figures are told: the same for Merapi and for every peer. */
package dev.merapi.bench.measure;
