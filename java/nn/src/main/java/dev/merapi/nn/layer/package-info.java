/** The layers, one per file; each is a record whose components are its options. */
package dev.merapi.nn.layer;
