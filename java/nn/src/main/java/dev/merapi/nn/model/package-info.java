/** The zoo: whole networks, described as in the papers that they come from. */
package dev.merapi.nn.model;
