/** The cases, one class per op or family of ops. */
package dev.merapi.conformance.cases;
