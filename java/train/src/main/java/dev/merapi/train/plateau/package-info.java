/** What a training does when it gets no better. */
package dev.merapi.train.plateau;
